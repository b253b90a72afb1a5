// One instance of an engine on this node: its lifecycle as a statechart over its work, and the identity that it announces.
import { fromPromise, waitFor, type Actor, type SnapshotFrom } from "xstate";
import type { InstanceLink, OpenCall } from "../../contracts/call.js";
import type { EngineBehaviour, EngineContext, EngineDefinition } from "../../contracts/engine.js";
import { messageOf, NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { Identity } from "../../contracts/identity.js";
import type { Product } from "../../contracts/product.js";
import { isSameList } from "../../kernel/same-list.js";
import type { ActorTree } from "../actor-tree.js";
import { stateChanges, type StateChange } from "../state-changes.js";
import { bindEngine, type BoundEngine } from "./bound-engine.js";
import { containRejection } from "./contain-rejection.js";
import { createContext, type ContextPorts } from "./engine-context.js";
import { engineHostMachine, levelOf, lifecycleOf } from "./engine-host.machine.js";
import { InstancePortrait } from "./instance-portrait.js";
import { InstanceWork, type WorkPorts } from "./instance-work.js";
import { DEFAULT_RESTART_POLICY, decide, type RestartPolicy } from "./restart-policy.js";

export interface EngineHostPorts extends WorkPorts, ContextPorts {
  /** The instance's chart is a child of its root. */
  readonly tree: ActorTree;
  /** Opens the streams that a behaviour reads; returns the way to close them. */
  readonly openStreams: (host: StreamReader, behaviour: EngineBehaviour) => () => void;
  /** Called after every change of lifecycle or level. */
  readonly onChanged: (host: EngineHost, change: StateChange) => void;
}

/** The part of a host that stream delivery needs. */
export interface StreamReader {
  readonly instanceId: string;
  readonly context: EngineContext;
  /** A stream handler threw: the state it keeps is no longer trusted. */
  streamFailed(product: Product, thrown: unknown): void;
}

export interface EngineHostOptions {
  readonly definition: EngineDefinition;
  readonly instanceId: string;
  readonly nodeId: string;
  readonly ports: EngineHostPorts;
  readonly restartPolicy?: RestartPolicy;
  readonly drainLimitMs?: number;
  readonly startLimitMs?: number;
}

const DRAIN_LIMIT_MS = 3_000;
/** A start hook that never settles must not leave its engine, and a node that waits for it, between worlds. */
const START_LIMIT_MS = 60_000;

export class EngineHost implements StreamReader, InstanceLink {
  readonly instanceId: string;
  readonly engineId: string;
  readonly definition: EngineDefinition;
  readonly context: EngineContext;
  readonly #options: EngineHostOptions;
  readonly #policy: RestartPolicy;
  readonly #work: InstanceWork;
  readonly #actor: Actor<typeof engineHostMachine>;
  readonly #portrait: InstancePortrait;
  #engine: BoundEngine;
  #closers: (() => void)[] = [];
  #revision = 0;
  /** The gate that calls read: set by the chart's actions. */
  #admitsCalls = false;

  constructor(options: EngineHostOptions) {
    const { definition, instanceId, ports } = options;
    this.#options = options;
    this.#policy = options.restartPolicy ?? DEFAULT_RESTART_POLICY;
    this.definition = definition;
    this.instanceId = instanceId;
    this.engineId = definition.id;
    this.context = createContext(options, () => this.#engine.behaviour.publishes ?? []);
    this.#portrait = new InstancePortrait(options);
    this.#engine = bindEngine(definition);
    this.#work = new InstanceWork({
      instanceId,
      limits: definition.limits,
      context: this.context,
      ports,
      operationOf: (id) => this.#engine.operations.get(id),
      onThrow: (error, inARow) => {
        this.#judge(error, inARow);
      },
    });
    const { drainLimitMs = DRAIN_LIMIT_MS, startLimitMs = START_LIMIT_MS } = options;
    this.#actor = ports.tree.spawn(this.#machine(), {
      systemId: `engine:${instanceId}`,
      input: { policy: this.#policy, drainLimitMs, startLimitMs, nowMs: () => ports.clock.nowMs() },
    });
    this.#actor.subscribe(
      stateChanges("stopped", shownAs, (change) => {
        this.#revision += 1;
        ports.onChanged(this, change);
      }),
    );
    this.#actor.start();
  }

  get lifecycle(): Identity["health"]["lifecycle"] {
    return this.health.lifecycle;
  }

  get health(): Identity["health"] {
    return this.#portrait.healthOf(this.#actor.getSnapshot());
  }

  get load(): Identity["load"] {
    return this.#work.load;
  }

  get held(): number {
    return this.#work.held;
  }

  get callsPerSecond(): number {
    return this.#work.callsPerSecond;
  }

  /** The same object for as long as nothing of it changed. */
  identity(): Identity {
    return this.#portrait.identityOf(this.#engine, this.#work, { health: this.health, revision: this.#revision });
  }

  start(): void {
    this.#actor.send({ type: "START" });
  }

  /** Resolves when a start that is under way has succeeded, failed or been called off. */
  async whenStarted(): Promise<void> {
    await waitFor(this.#actor, (snapshot) => !snapshot.matches("starting"));
  }

  stop(): void {
    this.#actor.send({ type: "STOP" });
  }

  drain(): void {
    this.#actor.send({ type: "DRAIN" });
  }

  restart(): void {
    this.#actor.send({ type: "RESTART" });
  }

  /** Ends the instance as a bug in it would: what runs is lost, what waits goes on waiting, supervision brings it back. */
  crash(reason: string): void {
    this.#actor.send({ type: "FAULT", reason });
  }

  /** Called at an even pace by the node: reads the counters and moves the health. */
  assess(): void {
    const { level, reasons, stuck } = this.#work.findings();
    if (stuck) this.crash(`it is stuck: ${reasons.join("; ")}`);
    const snapshot = this.#actor.getSnapshot();
    if (level === levelOf(snapshot) && isSameList(reasons, snapshot.context.reasons)) return;
    this.#actor.send({ type: "ASSESSED", level, reasons });
  }

  /** Called at an even pace by the node: the recent past weighs more than the distant one. */
  forget(): void {
    this.#work.forget();
    this.#revision += 1;
  }

  /** The end of the instance: nothing of it is left running. */
  close(): void {
    this.stop();
    this.#options.ports.tree.stop(this.#actor);
  }

  send(call: OpenCall): void {
    if (this.#admitsCalls) this.#work.take(call);
    else call.fail(new NautilusError("GIVER_DOWN", `${this.instanceId} is ${this.lifecycle}`));
  }

  streamFailed(product: Product, thrown: unknown): void {
    const { message } = toNautilusError(thrown, `reading ${product.key}`);
    this.#options.ports.log.error({ instanceId: this.instanceId, err: thrown }, message);
    this.crash(message);
  }

  #judge(error: NautilusError, inARow: number): void {
    this.#options.ports.log.error({ instanceId: this.instanceId, err: error.cause ?? error }, error.message);
    if (decide(this.#policy, error, inARow) === "restart") {
      // The statechart may be within an action: nothing more runs until it comes to the fault.
      this.#work.close();
      this.crash(`${inARow} operations in a row threw, the last: ${error.message}`);
    }
  }

  #machine(): typeof engineHostMachine {
    const work = this.#work;
    return engineHostMachine.provide({
      actors: {
        boot: fromPromise(({ signal }) => this.#boot(signal)),
        drain: fromPromise(() => work.whenIdle()),
        settle: fromPromise(() => work.whenIdle("running")),
      },
      actions: {
        admitCalls: () => {
          this.#admitsCalls = true;
        },
        refuseCalls: () => {
          this.#admitsCalls = false;
        },
        openMailbox: () => {
          work.open();
        },
        closeMailbox: () => {
          work.close();
        },
        tearDown: () => {
          this.#tearDown();
        },
        refuseWaiting: () => {
          // A caller that is refused may come again at once.
          this.#admitsCalls = false;
          work.refuseWaiting();
        },
      },
    });
  }

  /** @param signal aborts when the start is given up */
  async #boot(signal: AbortSignal): Promise<void> {
    this.#engine = bindEngine(this.definition);
    const { behaviour } = this.#engine;
    this.#closers.push(this.#options.ports.openStreams(this, behaviour));
    const stop = await this.#started(behaviour);
    if (!isCloser(stop)) return;
    if (signal.aborted) this.#closeQuietly(stop);
    else this.#closers.push(stop);
  }

  /** What a start hook threw is looked at here: whoever gave the start up meanwhile does not. */
  async #started(behaviour: EngineBehaviour): Promise<unknown> {
    try {
      return await behaviour.start?.(this.context);
    } catch (thrown) {
      throw new Error(messageOf(thrown), { cause: thrown });
    }
  }

  #tearDown(): void {
    this.#work.wreck();
    for (const close of this.#closers.splice(0)) this.#closeQuietly(close);
  }

  /** A throw while closing must not keep the rest from closing; it is said and left. */
  #closeQuietly(close: () => unknown): void {
    const failed = (thrown: unknown): void => {
      const fields = { instanceId: this.instanceId, err: thrown, reason: messageOf(thrown) };
      this.#options.ports.log.error(fields, "closing an instance threw");
    };
    try {
      containRejection(close(), failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}

function shownAs(snapshot: SnapshotFrom<typeof engineHostMachine>): string {
  const lifecycle = lifecycleOf(snapshot);
  return lifecycle === "running" ? levelOf(snapshot) : lifecycle;
}

function isCloser(value: unknown): value is () => void {
  return typeof value === "function";
}
