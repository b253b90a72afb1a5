// The whole network on one clock: one event is popped and run, and every promise job that follows from it, before the next. What
// happens is decided by the seed, the scenario and the faults, and written into one journal.
import { NautilusError, toNautilusError } from "../contracts/errors.js";
import type { Random } from "../contracts/random.js";
import { createMemoryJournal } from "../journal/memory-journal.js";
import { createRandom } from "../kernel/seeded-random.js";
import { drainJobs, settle, VirtualClock } from "../kernel/virtual-clock.js";
import { checkTarget, kindOf } from "./check-fault.js";
import type { Targets } from "./draw-faults.js";
import type { FaultyWorld } from "./fault-kinds.js";
import { faultText, type Fault } from "./fault.js";
import type { Goal, Invariant, Violation, WorldEvents, WorldView } from "./invariant.js";
import type { Cast, Scenario } from "./scenario.js";
import { impatience } from "./impatience.js";
import { LeaseServer } from "./lease-server.js";
import { SimulatedNetwork } from "./simulated-network.js";
import { SimulatedNode } from "./simulated-node.js";
import { Troubles } from "./troubles.js";

export interface WorldOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  /** What goes wrong, given what there is to strike. */
  readonly faults: (targets: Targets) => readonly Fault[];
  readonly horizonMs: number;
  readonly invariants: readonly Invariant[];
}

export interface WorldCounts {
  /** Timers and messages that reached a living node. */
  events: number;
  /** Messages given to the network. */
  messages: number;
  goals: number;
  succeeded: number;
  failed: number;
  effects: number;
}

const JOURNAL_ENTRIES = 2048;
const CHECK_EVERY_MS = 1000;
/** A turn of the event loop tells of rejections that nothing handles; it costs more than many a step. */
const STEPS_PER_TURN = 64;

export class World implements WorldView, FaultyWorld {
  readonly clock = new VirtualClock();
  readonly journal = createMemoryJournal(JOURNAL_ENTRIES);
  readonly troubles = new Troubles();
  readonly network: SimulatedNetwork;
  readonly nodes: ReadonlyMap<string, SimulatedNode>;
  readonly openGoals = new Set<Goal>();
  readonly counts: WorldCounts = { events: 0, messages: 0, goals: 0, succeeded: 0, failed: 0, effects: 0 };
  readonly faults: readonly Fault[];
  readonly #cast: Cast;
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #observers: { readonly [E in keyof WorldEvents]: ((event: WorldEvents[E]) => void)[] };
  #activeFaults = 0;
  #quietSinceMs = 0;
  #violation: Violation | undefined;
  /** The node whose event this is. */
  #stepped: SimulatedNode | undefined;

  constructor(options: WorldOptions) {
    const { seed, scenario, invariants } = options;
    this.#options = options;
    this.#random = createRandom(`simulation/${seed}`);
    this.#observers = { sent: [], goalAccepted: [], goalEnded: [], effect: [], served: [], nodeEvent: [] };
    for (const invariant of invariants) this.#enlist(invariant);
    const { clock, journal, troubles } = this;
    this.network = new SimulatedNetwork({
      clock,
      random: this.#random.fork("network"),
      onSent: (sent) => {
        this.counts.messages += 1;
        this.#tell("sent", sent);
      },
    });
    this.#cast = scenario.cast({
      seed,
      random: this.#random.fork("cast"),
      troubles,
      onEffect: (effect) => {
        this.counts.effects += 1;
        this.#write("effect.applied", effect.product, { goal: effect.goal });
        this.#tell("effect", effect);
      },
      onServed: (served) => {
        this.#tell("served", served);
      },
    });
    this.faults = options.faults(this.#cast.targets);
    const leaseServer = scenario.isLed === true ? new LeaseServer() : undefined;
    for (const fault of this.faults) checkTarget(fault, this.#cast.targets);
    this.nodes = new Map(
      [...this.#cast.nodes].map(([nodeId, casting]) => [
        nodeId,
        new SimulatedNode({
          nodeId,
          seed,
          casting,
          clock,
          journal,
          network: this.network,
          leaseServer,
          onStep: () => {
            this.counts.events += 1;
            this.#stepped = this.nodes.get(nodeId);
          },
          onEvent: (id, event) => {
            this.#tell("nodeEvent", { nodeId: id, event });
          },
          onStartFailed: (id, thrown) => {
            this.#violate("nodes start", `${id} did not start: ${toNautilusError(thrown).message}`);
          },
        }),
      ]),
    );
  }

  get nowMs(): number {
    return this.clock.nowMs();
  }

  get heartbeatMs(): number {
    return this.#options.scenario.heartbeatMs;
  }

  get quietSinceMs(): number | undefined {
    return this.#activeFaults > 0 ? undefined : this.#quietSinceMs;
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** @throws RangeError for a node that this world does not have */
  node(nodeId: string): SimulatedNode {
    const node = this.nodes.get(nodeId);
    if (node === undefined) throw new RangeError(`the scenario has no node ${nodeId}`);
    return node;
  }

  crashInstance(instanceId: string): void {
    const life = this.node(instanceId.slice(instanceId.indexOf("@") + 1)).life;
    life?.clock.arrive(() => {
      try {
        life.parts.fleet.operate("crash", instanceId, false);
      } catch (thrown) {
        // One that is down already cannot be crashed.
        if (!(thrown instanceof NautilusError) || thrown.code !== "CONFLICT") throw thrown;
      }
    }, 0);
  }

  /** Nothing catches what is thrown here, or rejected: a real process would end by it. */
  stray(thrown: unknown): void {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.#violate("nothing is thrown that nobody catches", text);
  }

  /** Ends at the horizon, or at the first violation. */
  async run(): Promise<void> {
    const { horizonMs, invariants } = this.#options;
    for (const node of this.nodes.values()) node.start();
    for (const fault of this.faults) this.#schedule(fault);
    this.#every(this.#options.scenario.goalEveryMs, this.#goals());
    this.#every(CHECK_EVERY_MS, () => {
      this.#forgetGoalsOfTheDead();
      for (const { name, check } of invariants) this.#judge(name, check?.(this));
    });
    await settle();
    let steps = 0;
    for (let due = this.clock.nextDueMs; due !== undefined && due <= horizonMs; due = this.clock.nextDueMs) {
      try {
        this.clock.step();
      } catch (thrown) {
        this.stray(thrown);
      }
      steps += 1;
      await (steps % STEPS_PER_TURN === 0 ? settle() : drainJobs());
      this.#judgeStep();
      if (this.#violation !== undefined) break;
    }
    await settle();
    for (const { name, finish } of invariants) this.#judge(name, finish?.(this));
    for (const node of this.nodes.values()) node.crash();
  }

  #judgeStep(): void {
    const node = this.#stepped;
    this.#stepped = undefined;
    if (node?.life === undefined) return;
    for (const { name, each } of this.#options.invariants) this.#judge(name, each?.(node, this));
  }

  #goals(): () => void {
    const random = this.#random.fork("goals");
    const { goalsAtOnce = 1, givenUp = 0 } = this.#options.scenario;
    const pursue = (): void => {
      this.counts.goals += 1;
      const index = this.counts.goals;
      const request = this.#cast.goal(index, random);
      const serving = [...this.nodes.values()].filter(({ isServing }) => isServing);
      const node = serving[random.integer(Math.max(1, serving.length))];
      const life = node?.life;
      if (node === undefined || life === undefined) return;
      life.clock.arrive(() => {
        const { nodeId } = node;
        const dueMs = life.clock.nowMs() + request.deadlineMs;
        const { products } = request;
        const how = { acceptedMs: this.nowMs, dueMs, code: undefined, result: undefined, isGivenUp: false };
        const goal: Goal = { index, nodeId, products, life, ...how };
        this.openGoals.add(goal);
        this.#tell("goalAccepted", goal);
        const isGivenUp = givenUp > 0 && random.next() < givenUp;
        const signal = isGivenUp ? impatience(goal, life.clock, random) : undefined;
        life.port.pursue(request, signal).then(
          ({ result }) => {
            goal.result = result ?? {};
            this.#goalEnded(goal, null);
          },
          (thrown: unknown) => {
            this.#goalEnded(goal, toNautilusError(thrown).code);
          },
        );
      }, 0);
    };
    return () => {
      for (let index = 0; index < goalsAtOnce; index += 1) pursue();
    };
  }

  #goalEnded(goal: Goal, code: string | null): void {
    goal.code = code;
    this.openGoals.delete(goal);
    if (code === null) this.counts.succeeded += 1;
    else this.counts.failed += 1;
    this.#write("goal.ended", String(goal.index), { node: goal.nodeId, code });
    this.#tell("goalEnded", goal);
  }

  /** They ended with their node: nobody is left who waits for them. */
  #forgetGoalsOfTheDead(): void {
    for (const goal of this.openGoals) {
      if (this.nodes.get(goal.nodeId)?.life !== goal.life) this.openGoals.delete(goal);
    }
  }

  #schedule(fault: Fault): void {
    const kind = kindOf(fault);
    this.clock.setTimeout(() => {
      this.#activeFaults += 1;
      this.#write("fault.began", faultText(fault), {});
      kind.begin(this, fault);
      this.clock.setTimeout(() => {
        this.#activeFaults -= 1;
        this.#quietSinceMs = this.nowMs;
        this.#write("fault.ended", faultText(fault), {});
        kind.end(this, fault);
      }, fault.forMs);
    }, fault.atMs);
  }

  #every(periodMs: number, act: () => void): void {
    this.clock.setTimeout(() => {
      act();
      this.#every(periodMs, act);
    }, periodMs);
  }

  #enlist({ name, on }: Invariant): void {
    for (const [event, observe] of Object.entries(on ?? {})) {
      const observers = this.#observers[event as keyof WorldEvents] as ((happened: never) => void)[];
      observers.push((happened) => {
        this.#judge(name, (observe as (event: never, world: WorldView) => string | undefined)(happened, this));
      });
    }
  }

  #tell<E extends keyof WorldEvents>(name: E, event: WorldEvents[E]): void {
    for (const observe of this.#observers[name]) observe(event);
  }

  #judge(invariant: string, message: string | undefined): void {
    if (message !== undefined) this.#violate(invariant, message);
  }

  #violate(invariant: string, message: string): void {
    this.#violation ??= { invariant, atMs: this.nowMs, message };
  }

  #write(kind: string, subject: string, data: unknown): void {
    const at = new Date(this.clock.wallMs()).toISOString();
    this.journal.append({ at, node: "world", kind, subject, data });
  }
}
