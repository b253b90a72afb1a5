// One incarnation of another node: what is known of it, and when what is said of it changes that. Plain data and no chart: in a large
// network there are thousands, and their four states follow from these rules alone.
import { ArrivalHistory } from "../../discovery/failure-detector.js";
import type { Claim } from "../../discovery/messages.js";

export type PeerStatus = Claim["status"];

/** Shares of the peer's interval. */
const ASK_EVERY = 0.25;
/** A doubted one has so long to answer, counted from when it was first asked. */
const PATIENCE = 1;
/** What another says of its death is believed when it did not object for so long. */
const GRACE = 0.125;
/** A doubt of others that nobody resolves becomes one's own. */
const UNRESOLVED = 1.5;
const LEAST_ASKS = 3;
/** A word that was said so long ago makes nobody alive again who was declared dead since. */
const TOO_OLD = 2.5;

interface Suspicion {
  /** Own ones are followed up: the suspect is asked. Those of others only stand until more is heard. */
  isOwn: boolean;
  /** Something else than silence: it has to answer, or is dead. */
  isDoubt: boolean;
  sinceMs: number;
  /** Others were sure of its death at that time. */
  condemnedMs: number | undefined;
  firstAskedMs: number | undefined;
  lastAskedMs: number;
  asks: number;
}

/** What is to be done about what was heard: pass it on, ask it too, say what is known better, or nothing. */
export type Reaction = "news" | "newsAndAsk" | "counter" | "none";
/** What follows from a look: it is to be asked, the doubt is to be told, or it was declared dead. */
export type Finding = "ask" | "askAndTell" | "dead" | "none";

export class Peer {
  #status: PeerStatus = "alive";
  #onStatus: ((status: PeerStatus) => void) | undefined;
  readonly #arrivals: ArrivalHistory;
  #suspicion: Suspicion | undefined;
  #aliveAtMs = 0;
  /** How far this node's clock was ahead of its when it last spoke here. */
  #aheadMs: number | undefined;
  #intervalMs: number;
  #rebukedMs = -Infinity;
  /** Others say that it lives though it was declared dead here: it has not spoken since. */
  #isUnheard = false;

  constructor(
    readonly nodeId: string,
    readonly incarnation: number,
    { nowMs, intervalMs }: { readonly nowMs: number; readonly intervalMs: number },
  ) {
    this.#arrivals = new ArrivalHistory(nowMs, intervalMs);
    this.#intervalMs = intervalMs;
  }

  get status(): PeerStatus {
    return this.#status;
  }

  get isPresent(): boolean {
    return this.status === "alive" || this.status === "suspect";
  }

  /** What others may know: a doubt of one's own not before the doubted one has had the time to answer. */
  get toldStatus(): PeerStatus {
    const { status } = this;
    const isPrivate = this.#suspicion?.isOwn === true && this.#suspicion.asks <= 1;
    return status === "suspect" && isPrivate ? "alive" : status;
  }

  /** On its own clock: the latest of its words that anybody is known to have heard. */
  get aliveAtMs(): number {
    return this.#aliveAtMs;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** `onStatus` is told of the first status and of every change. */
  start(onStatus: (status: PeerStatus) => void): void {
    this.#onStatus = onStatus;
    onStatus(this.#status);
  }

  stop(): void {
    this.#onStatus = undefined;
  }

  /** It spoke here; a beat tells of its pace too. A word that is no later than what is known says nothing. */
  heard({ aliveAtMs, intervalMs }: Pick<Claim, "aliveAtMs" | "intervalMs">, nowMs: number, isBeat = false): Reaction {
    if (aliveAtMs <= this.#aliveAtMs) return "none";
    this.#intervalMs = intervalMs;
    this.#isUnheard = false;
    this.#aheadMs = nowMs - aliveAtMs;
    if (isBeat) this.#arrivals.beat(nowMs, intervalMs);
    return this.#isLive(aliveAtMs, nowMs);
  }

  /** It lives, but its event loop does not turn: nobody's calls are answered. */
  lagging({ aliveAtMs }: Pick<Claim, "aliveAtMs">, nowMs: number): Reaction {
    if (aliveAtMs <= this.#aliveAtMs) return "none";
    this.#aheadMs = nowMs - aliveAtMs;
    return this.#isSuspect(aliveAtMs, nowMs);
  }

  /** What another node says of it. */
  consider(claim: Pick<Claim, "status" | "aliveAtMs">, nowMs: number): Reaction {
    const { status } = this;
    if (claim.status === "left") return this.left() ? "news" : "none";
    if (status === "left") return "counter";
    if (claim.aliveAtMs < this.#aliveAtMs) {
      // A later word of a suspect keeps it from being declared dead.
      return claim.status === status && status !== "suspect" ? "none" : "counter";
    }
    if (claim.status === "dead") return this.#condemn(claim.aliveAtMs, nowMs);
    if (claim.aliveAtMs > this.#aliveAtMs) return this.#hearsay(claim, nowMs);
    if (claim.status === "alive") return status === "dead" ? "counter" : "none";
    if (status !== "alive") return status === "dead" ? "counter" : "none";
    return this.#suspect(nowMs);
  }

  /** It said goodbye. True when that is new. */
  left(): boolean {
    if (this.status === "left") return false;
    this.#suspicion = undefined;
    this.#become("left");
    return true;
  }

  /** A later incarnation of it speaks. */
  replaced(): void {
    if (this.isPresent) this.#die();
  }

  /** Something else than silence speaks against it. True when that is new: then it is to be asked. */
  doubt(nowMs: number): boolean {
    if (!this.isPresent || this.#suspicion?.isDoubt === true) return false;
    if (this.#suspicion === undefined) this.#suspect(nowMs);
    const suspicion = this.#suspicion as Suspicion;
    suspicion.isOwn = true;
    suspicion.isDoubt = true;
    return true;
  }

  /** From now on it beats to this node. Silent it may have been before; not one that only others say lives. */
  watched(nowMs: number): void {
    if (!this.#isUnheard) this.#arrivals.heard(nowMs, this.#intervalMs);
  }

  /** It is asked without a doubt, and doubted if it does not answer soon. */
  probed(nowMs: number): void {
    this.#arrivals.expect(nowMs);
  }

  /** Time during which this node could not have heard anything. */
  forgive(ms: number, nowMs: number): void {
    this.#arrivals.forgive(ms, nowMs);
    const suspicion = this.#suspicion;
    if (suspicion === undefined) return;
    // What came up only after the lag is no older for it.
    const later = (atMs: number): number => Math.min(nowMs, atMs + ms);
    suspicion.sinceMs = later(suspicion.sinceMs);
    suspicion.lastAskedMs = later(suspicion.lastAskedMs);
    if (suspicion.firstAskedMs !== undefined) suspicion.firstAskedMs = later(suspicion.firstAskedMs);
    if (suspicion.condemnedMs !== undefined) suspicion.condemnedMs = later(suspicion.condemnedMs);
  }

  /** @param isWatched it beats to this node, so that its silence says something */
  look(nowMs: number, isWatched: boolean): Finding {
    if (!this.isPresent) return "none";
    const verdict = isWatched ? this.#arrivals.verdict(nowMs) : "alive";
    if (verdict !== "alive" && this.#suspicion === undefined) this.#suspect(nowMs);
    const suspicion = this.#suspicion;
    if (suspicion === undefined) return "none";
    if (verdict !== "alive") suspicion.isOwn = true;
    if (this.#isConvicted(suspicion, verdict === "dead", nowMs)) {
      this.#die();
      return "dead";
    }
    const { isOwn, sinceMs, condemnedMs, lastAskedMs } = suspicion;
    if (!isOwn && nowMs - sinceMs >= UNRESOLVED * this.#intervalMs) this.doubt(nowMs);
    if (!suspicion.isOwn && condemnedMs === undefined) return "none";
    const everyMs = (condemnedMs === undefined ? ASK_EVERY : GRACE) * this.#intervalMs;
    if (nowMs - lastAskedMs < everyMs) return "none";
    return suspicion.asks === 0 ? "ask" : "askAndTell";
  }

  /** It is being asked whether it lives. */
  asked(nowMs: number): void {
    const suspicion = this.#suspicion;
    if (suspicion === undefined) return;
    suspicion.firstAskedMs ??= nowMs;
    suspicion.lastAskedMs = nowMs;
    suspicion.asks += 1;
  }

  /** Whether one that speaks as an earlier incarnation may be told so now: not while this one still speaks. */
  mayRebuke(nowMs: number): boolean {
    if (this.status === "alive" || nowMs - this.#rebukedMs < ASK_EVERY * this.#intervalMs) return false;
    this.#rebukedMs = nowMs;
    return true;
  }

  /** Never without having asked, and having waited for an answer. */
  #isConvicted({ isDoubt, condemnedMs, firstAskedMs, asks }: Suspicion, isSilent: boolean, nowMs: number): boolean {
    const askedFor = (nowMs - (firstAskedMs ?? nowMs)) / this.#intervalMs;
    if (condemnedMs !== undefined && asks >= 2 && askedFor >= GRACE) return true;
    if (isSilent && askedFor >= ASK_EVERY) return true;
    return isDoubt && asks >= LEAST_ASKS && askedFor >= PATIENCE;
  }

  /** Others are sure that it is dead: true once it had the time to object. */
  #condemn(aliveAtMs: number, nowMs: number): Reaction {
    if (this.status === "dead") return "none";
    const standing = aliveAtMs > this.#aliveAtMs ? undefined : this.#suspicion;
    this.#aliveAtMs = aliveAtMs;
    if (standing !== undefined && nowMs - standing.sinceMs >= GRACE * this.#intervalMs) {
      this.#die();
      return "news";
    }
    if (standing?.condemnedMs !== undefined) return "none";
    if (standing === undefined) this.#suspect(nowMs);
    (this.#suspicion as Suspicion).condemnedMs = nowMs;
    return "newsAndAsk";
  }

  #die(): void {
    this.#suspicion = undefined;
    this.#become("dead");
  }

  /** Others heard a later word of it: it settles what is doubted since, and not what came up after it was said. */
  #hearsay({ status, aliveAtMs }: Pick<Claim, "status" | "aliveAtMs">, nowMs: number): Reaction {
    const saidMs = this.#saidMs(aliveAtMs, nowMs);
    if (this.status === "dead" && nowMs - saidMs >= TOO_OLD * this.#intervalMs) {
      this.#aliveAtMs = aliveAtMs;
      return "counter";
    }
    this.#isUnheard ||= this.status === "dead";
    const askedMs = this.#suspicion?.firstAskedMs;
    if (askedMs !== undefined && saidMs < askedMs) {
      this.#wasAlive(aliveAtMs, nowMs);
      return "none";
    }
    return status === "suspect" ? this.#isSuspect(aliveAtMs, nowMs) : this.#isLive(aliveAtMs, nowMs);
  }

  #isLive(aliveAtMs: number, nowMs: number): Reaction {
    const { status } = this;
    if (status === "left") return "none";
    this.#wasAlive(aliveAtMs, nowMs);
    this.#suspicion = undefined;
    this.#become("alive");
    return status === "alive" ? "none" : "news";
  }

  /** Alive then, but doubted, or not answering. */
  #isSuspect(aliveAtMs: number, nowMs: number): Reaction {
    if (this.status === "left") return "none";
    if (this.status === "dead") this.#become("alive");
    this.#wasAlive(aliveAtMs, nowMs);
    return this.#suspect(nowMs);
  }

  #wasAlive(aliveAtMs: number, nowMs: number): void {
    this.#aliveAtMs = aliveAtMs;
    this.#arrivals.heard(this.#saidMs(aliveAtMs, nowMs), this.#intervalMs);
  }

  /** When it said on this node's clock what it said at that time on its own: not when others passed it on. */
  #saidMs(aliveAtMs: number, nowMs: number): number {
    return Math.min(nowMs, aliveAtMs + (this.#aheadMs ?? nowMs));
  }

  #suspect(nowMs: number): Reaction {
    this.#suspicion = {
      isOwn: false,
      isDoubt: false,
      sinceMs: nowMs,
      condemnedMs: undefined,
      firstAskedMs: undefined,
      lastAskedMs: -Infinity,
      asks: 0,
    };
    this.#become("suspect");
    return "news";
  }

  /** One that left comes back only as a new incarnation, and with it as another peer. */
  #become(status: PeerStatus): void {
    if (this.#status === status || this.#status === "left") return;
    this.#status = status;
    this.#onStatus?.(status);
  }
}
