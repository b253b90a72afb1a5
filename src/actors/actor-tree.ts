// The actor system of a node: the coordinator's chart is its root, and every chart that lives longer than a call is a child of it,
// under a name of its own. Breakers and partnership agreements are many and small, and stand outside.
import { Actor, createActor, type ActorOptions, type AnyActorLogic, type AnyActorRef } from "xstate";
import type { InputFrom, InspectionEvent } from "xstate";
import type { ActorView } from "../contracts/views/actors.js";
import type { Clock } from "../contracts/clock.js";
import { coordinatorMachine } from "./coordinator/coordinator.machine.js";

export interface ActorTreeOptions {
  readonly clock: Clock;
  /** Told of every event and snapshot of every actor; without it, none is made. */
  readonly inspect?: ((event: InspectionEvent) => void) | undefined;
  /** A child ended by a throw: the root goes on without it. */
  readonly onFailed: (systemId: string, error: unknown) => void;
}

/** What is read of any actor. */
interface Seen {
  readonly status: string;
  readonly value?: unknown;
  readonly tags?: ReadonlySet<string>;
  readonly children?: Readonly<Record<string, AnyActorRef>>;
}

const ROOT = "coordinator";
const ignore = (): void => undefined;

export class ActorTree {
  readonly root: Actor<typeof coordinatorMachine>;
  readonly #clock: Clock;
  readonly #children = new Set<AnyActorRef>();
  /** The state that each actor is in, and since when, on `Clock.wallMs`. */
  readonly #since = new WeakMap<AnyActorRef, { readonly value: unknown; readonly atMs: number }>();

  constructor({ clock, inspect, onFailed }: ActorTreeOptions) {
    this.#clock = clock;
    this.root = createActor(coordinatorMachine, { clock, systemId: ROOT, ...(inspect && { inspect }) });
    this.root.on("actorFailed", ({ actorId, error }) => {
      onFailed(actorId, error);
    });
    this.#watch(this.root);
    this.root.start();
  }

  /**
   * A child of the root, to be started by its owner.
   * @param options.systemId its name in the system, such as `run:RUN_ID`
   */
  spawn<L extends AnyActorLogic>(logic: L, { systemId, input }: { systemId: string; input: InputFrom<L> }): Actor<L> {
    const options = { parent: this.root, id: systemId, systemId, input } as ActorOptions<L>;
    const child = new Actor(logic, options);
    this.#watch(child);
    this.#children.add(child);
    const forget = (): void => void this.#children.delete(child);
    child.subscribe({ error: forget, complete: forget });
    return child;
  }

  /** Ends a child and all that it invoked. */
  stop(child: AnyActorRef): void {
    this.root.send({ type: "RELEASE", child });
  }

  /** Ends what is left, and the system. */
  close(): void {
    for (const child of this.#children) this.stop(child);
    this.root.send({ type: "STOPPED" });
  }

  /** The root first, each actor before its children. */
  list(): readonly ActorView[] {
    const children = [...this.#children].flatMap((child) => this.#list(child, child.id, ROOT));
    return [...this.#list(this.root, ROOT, null), ...children];
  }

  #list(actor: AnyActorRef, id: string, parent: string | null): ActorView[] {
    const snapshot = actor.getSnapshot() as Seen;
    const since = this.#since.get(actor);
    const own: ActorView = {
      id,
      parent,
      machine: machineOf(actor),
      state: stateOf(snapshot),
      tags: [...(snapshot.tags ?? [])],
      since: since === undefined ? null : new Date(since.atMs).toISOString(),
    };
    const children = Object.entries(snapshot.children ?? {});
    return [own, ...children.flatMap(([childId, child]) => this.#list(child, `${id}/${childId}`, id))];
  }

  #watch(actor: AnyActorRef): void {
    const note = ({ value }: Seen): void => {
      // A chart that stays in its state keeps the value.
      if (this.#since.get(actor)?.value !== value) this.#since.set(actor, { value, atMs: this.#clock.wallMs() });
    };
    note(actor.getSnapshot() as Seen);
    actor.subscribe({ next: note, error: ignore });
  }
}

function machineOf(actor: AnyActorRef): string | null {
  const { id } = (actor as unknown as { readonly logic: { readonly id?: string } }).logic;
  return id ?? null;
}

/** A chart's states, joined by dots; the status of an actor that has none. */
function stateOf({ value, status }: Pick<Seen, "value" | "status">): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return status;
  return Object.entries(value)
    .map(([state, inner]) => `${state}.${stateOf({ value: inner, status })}`)
    .join(" ");
}
