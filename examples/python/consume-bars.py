#!/usr/bin/env python3
"""Prints the bars that a Nautilus node sends over its bridge. How to run it: readme.md beside this file."""

import argparse
import json
import sys
import time

import redis

LONGEST_PAUSE_S = 5.0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--redis", default="redis://127.0.0.1:6380", help="server of the channel marketData")
    options.add_argument("--namespace", default="nautilus", help="of the node")
    arguments = options.parse_args()
    channel = f"{arguments.namespace}:bridge:market.bar@1"
    try:
        consume(arguments.redis, channel)
    except KeyboardInterrupt:
        return 0


def consume(url: str, channel: str) -> None:
    """For ever: a server that goes away is waited for. Bars that came meanwhile are not heard of."""
    pause_s = 0.1
    while True:
        try:
            # A connection that died without a word is noticed by asking.
            client = redis.Redis.from_url(url, health_check_interval=5, socket_connect_timeout=5)
            with client.pubsub(ignore_subscribe_messages=False) as subscription:
                subscription.subscribe(channel)
                while True:
                    message = subscription.get_message(timeout=1.0)
                    if message is None:
                        continue
                    pause_s = 0.1
                    if message["type"] == "subscribe":
                        say(f"listening to {channel}")
                    elif message["type"] == "message":
                        show(json.loads(message["data"]))
        except redis.RedisError as error:
            say(f"{error}; trying again in {pause_s:.1f} s")
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def show(event: dict) -> None:
    """The envelope is a CloudEvent; the bar is its data."""
    bar = event["data"]
    print(f"{bar['date']} {bar['symbol']:8} close {bar['close']:.2f} volume {bar['volume']:.0f} {bar['origin']}", flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
