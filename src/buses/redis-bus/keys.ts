// Every Redis key and channel of the bus, in one place.
import type { ChannelName } from "../../contracts/channel.js";

/** Keys of one channel within a namespace: channels may share a server, and networks too. */
export interface Keys {
  /** The pub/sub channel of a topic. */
  readonly live: (topic: string) => string;
  /** The stream of a topic. */
  readonly log: (topic: string) => string;
  /** Hash: the views that read a topic (`READS`), or died and left a group behind (`ABSENT`). */
  readonly readers: (topic: string) => string;
  /** Counts the changes of that hash … */
  readonly version: (topic: string) => string;
  /** … and the pub/sub channel on which the topic is named of which it changed. */
  readonly news: string;
  /** There as long as the view lives. */
  readonly view: (view: string) => string;
  /** Stream: what readers tell a view of its messages. */
  readonly acks: (view: string) => string;
  /** Stream of the messages that could not take effect. */
  readonly deadLetters: string;
  /** Drawn once for as long as the server keeps its data. */
  readonly era: string;
}

export function keysOf(namespace: string, channel: ChannelName): Keys {
  const prefix = `${namespace}:${channel}`;
  return {
    live: (topic) => `${prefix}:live:${topic}`,
    log: (topic) => `${prefix}:log:${topic}`,
    readers: (topic) => `${prefix}:readers:${topic}`,
    version: (topic) => `${prefix}:version:${topic}`,
    news: `${prefix}:news`,
    view: (view) => `${prefix}:view:${view}`,
    acks: (view) => `${prefix}:acks:${view}`,
    deadLetters: `${prefix}:dead-letters`,
    era: `${prefix}:era`,
  };
}

/** Between a node and which start of it a view is. */
export const SEPARATOR = "~";

/** One start of one node, as other nodes know it on the bus. */
export function viewName(nodeId: string, incarnation: string): string {
  return `${nodeId}${SEPARATOR}${incarnation}`;
}

export function nodeOfView(view: string): string {
  return view.slice(0, view.indexOf(SEPARATOR));
}

/** What a topic's readers hash says of a view: it reads … */
export const READS = "1";
/** … or is gone, and its node's group waits for its next start. */
export const ABSENT = "0";
