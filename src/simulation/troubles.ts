// What ails the engines of a world at a time, and single instances of them: faults set it, handlers read it on every call.
import { anyOf, FaultLevel, product } from "./fault-level.js";

export interface Trouble {
  /** Share of the calls that throw. */
  readonly failing: FaultLevel;
  /** How many times longer a call takes. */
  readonly straggling: FaultLevel;
  /** Share of the calls that are refused at once. */
  readonly refusing: FaultLevel;
}

export class Troubles {
  readonly #byId = new Map<string, Trouble>();

  /** `id`: of an engine, or of an instance. */
  of(id: string): Trouble {
    let trouble = this.#byId.get(id);
    if (trouble === undefined) {
      trouble = {
        failing: new FaultLevel(anyOf),
        straggling: new FaultLevel(product),
        refusing: new FaultLevel(anyOf),
      };
      this.#byId.set(id, trouble);
    }
    return trouble;
  }
}
