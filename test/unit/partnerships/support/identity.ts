// Engines that give and need, as they would announce themselves.
import type { Identity, Measured, OperationIdentity, Preference } from "../../../../src/contracts/identity.js";
import { identityOf } from "../../discovery/identities.js";

export const UNMEASURED: Measured = { calls: 0, failures: 0, latencyMs: null, reliabilityPct: null, quality: null };

/** So many calls of one mean latency. */
export function measured(calls: number, mean: number, reliabilityPct = 100): Measured {
  const latencyMs = { mean, p50: mean, p95: 2 * mean, p99: 3 * mean };
  return { ...UNMEASURED, calls, latencyMs, reliabilityPct };
}

export function operationOf(over: Partial<OperationIdentity>): OperationIdentity {
  return {
    id: "E.make@1",
    name: "make",
    version: 1,
    needs: [],
    uses: [],
    gives: "x@1",
    effects: false,
    source: false,
    inputSchema: {},
    outputSchema: {},
    measured: UNMEASURED,
    ...over,
  };
}

export function giverOf(engineId: string, gives: string, measuring = UNMEASURED): Identity {
  return { ...identityOf(engineId, "n"), operations: [operationOf({ gives, measured: measuring })] };
}

export function takerOf(engineId: string, needs: string, preferences: readonly Preference[] = []): Identity {
  const operation = operationOf({ needs: [needs], gives: `${engineId.toLowerCase()}@1` });
  return { ...identityOf(engineId, "n"), operations: [operation], preferences: [...preferences] };
}

export function preferenceFor(engineId: string, over: Partial<Preference> = {}): Preference {
  return { engineId, relationship: "secondary", direction: "input", latencyMs: 50, reliabilityPct: 98, ...over };
}
