// What ails the engines of a world at a time: faults set it, the engines' handlers read it on every call.
import { anyOf, FaultLevel, product } from "./fault-level.js";

export interface Trouble {
  /** Share of the calls that throw. */
  readonly failing: FaultLevel;
  /** How many times longer a call takes. */
  readonly straggling: FaultLevel;
}

export class Troubles {
  readonly #byEngine = new Map<string, Trouble>();

  of(engineId: string): Trouble {
    let trouble = this.#byEngine.get(engineId);
    if (trouble === undefined) {
      trouble = { failing: new FaultLevel(anyOf), straggling: new FaultLevel(product) };
      this.#byEngine.set(engineId, trouble);
    }
    return trouble;
  }
}
