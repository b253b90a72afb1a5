#!/usr/bin/env python3
"""Writes what a Nautilus node takes in over its bridge. How to run it: readme.md beside this file."""

import argparse
import json
import sys
import uuid

import redis

PRODUCT = "news.sentiment@1"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--redis", default="redis://127.0.0.1:6381", help="server of the channel engineLogic")
    options.add_argument("--namespace", default="nautilus", help="of the node")
    options.add_argument("scores", nargs="+", metavar="SYMBOL=SCORE", help="from -1 to 1, like AAPL=0.4")
    arguments = options.parse_args()
    client = redis.Redis.from_url(arguments.redis, socket_connect_timeout=5)
    for text in arguments.scores:
        symbol, _, score = text.partition("=")
        event = {
            "specversion": "1.0",
            # The node takes an id once: never the same for two messages.
            "id": str(uuid.uuid4()),
            "source": "produce-sentiment",
            "type": PRODUCT,
            "subject": symbol,
            "data": {"symbol": symbol, "score": float(score)},
        }
        stream = f"{arguments.namespace}:bridge:{PRODUCT}"
        # The stream must not grow without end: about as many entries as a node itself would keep.
        client.xadd(stream, {"event": json.dumps(event)}, maxlen=10_000, approximate=True)


if __name__ == "__main__":
    sys.exit(main())
