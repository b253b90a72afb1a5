// Starts a node, keeps it measured while it runs, and takes it down in order.
import type { TimerHandle } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { HealthLevel } from "../contracts/identity.js";
import type { Alerts } from "./alerts/alerts.js";
import type { NodeParts } from "./node-parts.js";

/** Counters are read and healths moved at this pace. */
const TICK_MS = 1000;
/** Ticks after which the weight of old measurements is halved and this node's identities are announced afresh. */
const TICKS_TO_FORGET = 30;
/** Ticks after which whoever leads takes away what others left behind. */
const TICKS_TO_TIDY = 60;
const RUNS_DRAIN_LIMIT_MS = 2500;

export class NodeLife {
  readonly #parts: NodeParts;
  readonly #alerts: Pick<Alerts, "assess">;
  #tick: TimerHandle | undefined;
  #ticks = 0;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: NodeParts, alerts: Pick<Alerts, "assess">) {
    this.#parts = parts;
    this.#alerts = alerts;
  }

  /**
   * Resolves only when the node serves.
   * @throws NautilusError NOT_SERVING where it was stopped before or meanwhile; what kept it from its data, and it is then
   *   stopped again
   */
  start(): Promise<void> {
    if (this.#isStopping()) return this.#refuseStart();
    this.#starting ??= this.#start();
    return this.#starting;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** A start that failed says again why it did. */
  async #refuseStart(): Promise<never> {
    await this.#starting;
    throw new NautilusError("NOT_SERVING", "a stopped node does not start again");
  }

  async #start(): Promise<void> {
    const { options, bus, bridge, runtime, network, newcomer, partnering, fleet, coordinator, feed } = this.#parts;
    try {
      if (runtime.bus === undefined) await bus.start();
      await bridge?.start();
      this.#goOn();
      network.join();
      if (options.bus === "redis") newcomer.joined();
      partnering.desk.open();
      coordinator.joined();
      fleet.start();
      await feed?.start();
      this.#goOn();
      await fleet.whenUp();
      this.#goOn();
    } catch (thrown) {
      // What fails while everything is being ended, failed for that.
      const cause = this.#isStopping() ? stoppedMeanwhile(thrown) : thrown;
      // Whoever holds the node may ask it why.
      if (cause === thrown) this.#alerts.assess();
      await this.stop();
      throw cause;
    }
    this.#parts.refreshPlanning();
    coordinator.ready();
    this.#parts.leadership?.start();
    // How late the event loop ran while loading says nothing about how it serves.
    this.#parts.process.forget();
    this.#assess();
    this.#scheduleTick();
  }

  /** Nothing begins any more that `stop` would no longer end. */
  #goOn(): void {
    if (this.#isStopping()) throw stoppedMeanwhile();
  }

  #isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  async #stop(): Promise<void> {
    const { clock, coordinator, feed, fleet, network, partnering, router, pool, bus, bridge, runtime, process } =
      this.#parts;
    await coordinator.drain(RUNS_DRAIN_LIMIT_MS);
    if (this.#tick !== undefined) clock.clearTimeout(this.#tick);
    this.#parts.routeJournal.write();
    await this.#parts.leadership?.stop();
    await feed?.stop();
    partnering.desk.close();
    network.leave();
    fleet.close();
    this.#parts.newcomer.close();
    router.close();
    await bridge?.stop();
    if (runtime.pool === undefined) await pool.close();
    if (runtime.bus === undefined) await bus.stop();
    process.close();
    this.#parts.tree.close();
  }

  #scheduleTick(): void {
    this.#tick = this.#parts.clock.setTimeout(() => {
      this.#assess();
      this.#scheduleTick();
    }, TICK_MS);
  }

  #assess(): void {
    const { fleet, network, coordinator, process, streams, routeJournal } = this.#parts;
    routeJournal.write();
    for (const host of fleet.hosts) host.assess();
    streams.assess();
    this.#ticks += 1;
    if (this.#ticks % TICKS_TO_FORGET === 0) {
      for (const host of fleet.hosts) host.forget();
      process.forget();
      network.measured();
    }
    if (this.#ticks % TICKS_TO_TIDY === 0) this.#tidy();
    this.#parts.refreshPlanning();
    const { level, reasons } = this.#findings();
    coordinator.assessed(level, reasons);
    this.#alerts.assess();
  }

  #tidy(): void {
    const { leadership, bus, log } = this.#parts;
    leadership?.act((token) => {
      bus.tidy?.(token).catch((error: unknown) => {
        log.debug({ err: error }, "nothing could be tidied this time");
      });
    });
  }

  #linkFindings(): readonly string[] {
    const links = Object.entries(this.#parts.bus.stats().links ?? {});
    return links.flatMap(([channel, { connected, refusal }]) => {
      if (!connected) return [`${channel} is not connected: Redis is not reachable`];
      return refusal === undefined ? [] : [`${channel}: Redis refuses what it is to keep: ${refusal}`];
    });
  }

  /** Of this node: what it hosts, which goals it can reach, and whether others hear of it. */
  #findings(): { readonly level: HealthLevel; readonly reasons: readonly string[] } {
    const { fleet, planning, feed } = this.#parts;
    const ailing = fleet.hosts.filter(({ health: { level } }) => level !== "healthy");
    const feedFailed = feed?.status().state === "failed";
    const reasons = [
      ...ailing.map(({ instanceId, health: { lifecycle, level, reasons: why } }) => {
        const state = lifecycle === "running" ? level : lifecycle;
        return `${instanceId} is ${state}${why.length > 0 ? `: ${why.join("; ")}` : ""}`;
      }),
      ...planning.lost.map(
        ({ name, missing }) => `${name} cannot be reached: ${missing.map((m) => m.product).join(", ")}`,
      ),
      ...(feedFailed ? ["the feed failed"] : []),
      ...this.#linkFindings(),
    ];
    const noneRuns = fleet.hosts.length > 0 && fleet.hosts.every(({ lifecycle }) => lifecycle !== "running");
    if (noneRuns || feedFailed) return { level: "critical", reasons };
    return { level: reasons.length > 0 ? "degraded" : "healthy", reasons };
  }
}

function stoppedMeanwhile(thrown?: unknown): NautilusError {
  if (thrown instanceof NautilusError && thrown.code === "NOT_SERVING") return thrown;
  return new NautilusError("NOT_SERVING", "the node was stopped before it served", { cause: thrown });
}
