// How an instance looks from outside, drawn anew only when something of it changed: it is looked at far more often than that.
import type { Identity } from "../../contracts/identity.js";
import { identityOf, type BoundEngine } from "./bound-engine.js";
import { levelOf, lifecycleOf } from "./engine-host.machine.js";
import type { InstanceWork } from "./instance-work.js";

type Health = Identity["health"];

/** What of an instance's statechart its health is made of. */
export interface HealthState {
  readonly tags: ReadonlySet<string>;
  readonly context: { readonly reasons: readonly string[] } & Pick<Health, "restarts" | "failedStarts">;
}

export type MeasuredWork = Pick<InstanceWork, "load" | "measurements" | "measured">;
type Standing = Pick<Identity, "health" | "revision">;

export class InstancePortrait {
  readonly #head: Pick<Identity, "instanceId" | "nodeId">;
  #state: HealthState | undefined;
  #health: Health | undefined;
  #engine: BoundEngine | undefined;
  #measurements = -1;
  #identity: Identity | undefined;

  constructor({ instanceId, nodeId }: Pick<Identity, "instanceId" | "nodeId">) {
    this.#head = { instanceId, nodeId };
  }

  /** @param state never changed itself: another state is another object */
  healthOf(state: HealthState): Health {
    if (this.#health === undefined || this.#state !== state) {
      this.#state = state;
      const { reasons, restarts, failedStarts } = state.context;
      const [lifecycle, level] = [lifecycleOf(state), levelOf(state)];
      this.#health = { lifecycle, level, reasons: [...reasons], restarts, failedStarts };
    }
    return this.#health;
  }

  identityOf(engine: BoundEngine, work: MeasuredWork, { health, revision }: Standing): Identity {
    const { load, measurements } = work;
    const drawn = this.#identity;
    const isSame =
      drawn?.health === health &&
      drawn.load === load &&
      drawn.revision === revision &&
      this.#engine === engine &&
      this.#measurements === measurements;
    if (isSame) return drawn;
    this.#engine = engine;
    this.#measurements = measurements;
    const measured: MeasuredWork["measured"] = (id) => work.measured(id);
    this.#identity = identityOf(engine, { ...this.#head, health, load, revision, measured });
    return this.#identity;
  }
}
