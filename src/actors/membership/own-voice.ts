// What this node says of itself and passes on: heartbeats at an adaptive pace, announcements, answers to doubts.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Logger } from "../../contracts/logger.js";
import type { Claim, DiscoveryMessage, Message, StateUpdate } from "../../discovery/messages.js";
import { isGreeter, isMesh } from "../../discovery/overlay.js";
import { Pace } from "../../discovery/pace.js";
import type { DiscoveryMail } from "./discovery-mail.js";
import { Outbox } from "./outbox.js";

export interface OwnVoiceOptions {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeatIntervalMs: number;
}

/** What the voice speaks of, and how. */
export interface OwnVoicePorts {
  readonly mail: Pick<DiscoveryMail, "to" | "toAll" | "arm">;
  readonly ring: () => readonly string[];
  readonly neighbours: () => readonly string[];
  readonly digest: () => string;
  readonly revision: () => number;
  readonly claimOf: (nodeId: string) => Claim | undefined;
  /** What of this node's engines is new; undefined when nothing is. */
  readonly restate: () => StateUpdate | undefined;
}

/** Between two announcements, or two passings on of news. */
const GAP_MS = 100;
const GAPS_PER_INTERVAL = 16;
/** The pulse begins when the event loop did not turn for that share of the interval … */
const PULSES_PER_INTERVAL = 4;
/** … and ends when it did not for so long: that is when the stall watch ends the process. */
const LONGEST_LAG_MS = 30_000;

export class OwnVoice {
  readonly #options: OwnVoiceOptions;
  readonly #ports: OwnVoicePorts;
  readonly #pace: Pace;
  readonly #outbox: Outbox;
  #incarnation: number;
  #outlivedMs = -Infinity;
  #aliveAtMs = 0;
  #beatMs = 0;
  #timer: TimerHandle | undefined;

  constructor(options: OwnVoiceOptions, ports: OwnVoicePorts) {
    const { clock, heartbeatIntervalMs } = options;
    this.#options = options;
    this.#ports = ports;
    this.#incarnation = options.incarnation;
    this.#pace = new Pace(heartbeatIntervalMs);
    const gapMs = Math.min(GAP_MS, heartbeatIntervalMs / GAPS_PER_INTERVAL);
    this.#outbox = new Outbox({
      clock,
      gapMs,
      send: (news) => {
        this.#send(news);
      },
    });
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** Begins to beat; the first word was said with joining. */
  begin(): void {
    this.#beatMs = this.#options.clock.nowMs();
    this.#schedule();
    this.arm();
  }

  end(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#outbox.close();
  }

  /** This node's engines may have changed. */
  changed(): void {
    this.#outbox.add(this.#options.nodeId);
  }

  /** What another told of the node: in a small network all have heard it themselves. */
  relay(nodeId: string, isUrgent = false): void {
    if (isMesh(this.#ports.ring().length)) return;
    if (isUrgent) this.#outbox.addUrgent(nodeId);
    else this.#outbox.add(nodeId);
  }

  /** What this node itself found out of the node, or knows better than others. */
  pass(nodeId: string): void {
    this.#outbox.addUrgent(nodeId);
  }

  /** Somebody has said that this node is not there. */
  speakUp(): void {
    this.#outbox.addUrgent(this.#options.nodeId);
  }

  /** Somebody asks whether this node lives. */
  answer(asker: string): void {
    this.#ports.mail.to(asker, this.#heartbeat([]));
    this.quicken();
  }

  /** Something changed: the next beats come sooner, so that who missed it finds out. */
  quicken(): void {
    this.#pace.quicken(this.#ports.ring().length);
    if (this.#timer !== undefined) this.#schedule();
  }

  /** To those whom this node beats to. */
  say(message: DiscoveryMessage): void {
    const { mail, neighbours, ring } = this.#ports;
    if (isMesh(ring().length)) mail.toAll(message);
    else for (const nodeId of neighbours()) mail.to(nodeId, message);
  }

  /** To everybody, as this node will not be there to say it again. */
  sayGoodbye(): void {
    const { mail, ring } = this.#ports;
    const { nodeId } = this.#options;
    const message: DiscoveryMessage = { type: "discovery.left", nodeId, incarnation: this.#incarnation };
    const present = ring();
    if (isMesh(present.length)) mail.toAll(message);
    else for (const other of present) if (other !== nodeId) mail.to(other, message);
  }

  announcement(update: StateUpdate): Message<"discovery.announced"> {
    return { type: "discovery.announced", ...this.#head(), update };
  }

  claim(): Claim {
    return { ...this.#head(), status: "alive" };
  }

  /**
   * Another start of this node claims a later incarnation (its clock was ahead): only a still later one is believed. At most
   * one an interval, so that two nodes of one name do not outbid each other without end. True when a new one is claimed.
   */
  outlive(incarnation: number): boolean {
    const { nodeId, log, clock, heartbeatIntervalMs } = this.#options;
    const nowMs = clock.nowMs();
    if (incarnation <= this.#incarnation || nowMs - this.#outlivedMs < heartbeatIntervalMs) return false;
    log.warn({ nodeId, incarnation }, "another incarnation of this node was heard: is the node id used twice?");
    this.#incarnation = incarnation + 1;
    this.#outlivedMs = nowMs;
    return true;
  }

  /** Has the pulse speak for this node should its event loop not turn from now on. */
  arm(): void {
    const { mail, ring, neighbours } = this.#ports;
    const everyMs = this.#options.heartbeatIntervalMs / PULSES_PER_INTERVAL;
    const to = isMesh(ring().length) ? "all" : neighbours();
    mail.arm(to, { ...this.#heartbeat([]), lagging: true }, { everyMs, forMs: LONGEST_LAG_MS });
  }

  #schedule(): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    const waitMs = this.#beatMs + this.#pace.waitMs - clock.nowMs();
    this.#timer = clock.setTimeout(() => {
      this.#beat();
    }, waitMs);
  }

  #beat(): void {
    const { mail, ring } = this.#ports;
    const message = this.#heartbeat([]);
    this.say(message);
    // Those who listen to the channel find each other again after the network was parted.
    const present = ring();
    if (!isMesh(present.length) && isGreeter(this.#options.nodeId, present)) mail.toAll(message);
    this.#beatMs = this.#options.clock.nowMs();
    this.#pace.beaten();
    this.#schedule();
  }

  /** News of this node itself: it has changed, or has to show that it lives. */
  #send(news: readonly string[]): void {
    const { nodeId } = this.#options;
    const isOwn = news.includes(nodeId);
    const update = isOwn ? this.#ports.restate() : undefined;
    if (update !== undefined) {
      this.say(this.announcement(update));
      this.quicken();
    }
    const claims = news.map(this.#ports.claimOf).filter((claim) => claim !== undefined);
    if (claims.length > 0 || (isOwn && update === undefined)) this.say(this.#heartbeat(claims));
  }

  #heartbeat(news: Claim[]): Message<"discovery.heartbeat"> {
    return { type: "discovery.heartbeat", ...this.#head(), digest: this.#ports.digest(), lagging: false, news };
  }

  #head(): Omit<Claim, "status"> {
    const { nodeId, clock, heartbeatIntervalMs: intervalMs } = this.#options;
    this.#aliveAtMs = Math.max(this.#aliveAtMs + 1, Math.floor(clock.nowMs()));
    return {
      nodeId,
      incarnation: this.#incarnation,
      revision: this.#ports.revision(),
      aliveAtMs: this.#aliveAtMs,
      intervalMs,
    };
  }
}
