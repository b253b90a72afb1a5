// What one routing choice costs, without a call around it, and what keeping its record costs on top.
import type { CallOptions } from "../../src/contracts/call.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { Candidate, InstanceLoad } from "../../src/routing/candidate.js";
import { ChoiceRecords } from "../../src/routing/choice-records.js";
import { PendingCall } from "../../src/routing/pending-call.js";
import type { Candidates, Route } from "../../src/routing/route.js";
import { Selector } from "../../src/routing/selector.js";
import { adaptive } from "../../src/routing/strategies/adaptive.js";

const ROUNDS = 15;
const PER_ROUND = 200_000;
const NEVER = 1_000_000_000;

const nobody = { answered: nothing, failed: nothing, cancelled: nothing, expired: nothing };
function nothing(): void {
  // These calls never end.
}

function measuredCandidates(count: number): Candidates {
  const up = Array.from({ length: count }, (_, index) => {
    const candidate = new Candidate({ link: { instanceId: `i${index}`, send: nothing }, load: new InstanceLoad() });
    candidate.observeLatency(5 + index, 1);
    candidate.window.record(true, 1);
    candidate.sent(1);
    return candidate;
  });
  return { up, coming: [] };
}

export async function measureChoices(): Promise<Record<string, number>> {
  return {
    choiceOf5Ns: timeChoices(5, false),
    choiceOf20Ns: timeChoices(20, false),
    recordedChoiceOf20Ns: timeChoices(20, true),
  };
}

/** Nanoseconds per choice, the median round. */
function timeChoices(count: number, recorded: boolean): number {
  const candidates = measuredCandidates(count);
  const selector = new Selector({ strategy: adaptive, random: createRandom(1), sampleEvery: NEVER, keepsAll: true });
  const records = new ChoiceRecords(adaptive, systemClock);
  const route: Route = {
    operationId: "BENCH.serve@1",
    gives: "bench.served@1",
    effects: false,
    byKind: { operation: candidates, make: candidates, fetch: candidates },
  };
  const options: CallOptions = { consumer: "bench" };
  const request = { kind: "operation", inputs: {} } as const;
  const call = new PendingCall(nobody, route, request, options, Infinity, nothing, nothing);
  const round = (): number => {
    const began = performance.now();
    for (let choiceIndex = 0; choiceIndex < PER_ROUND; choiceIndex += 1) {
      call.sentMs = 2 + choiceIndex * 1e-6;
      call.candidate = selector.selectPlain(candidates, call, call.sentMs);
      const choice = recorded ? selector.recall(call) : undefined;
      if (choice !== undefined) records.keep(choice, { success: false, code: "INTERNAL", latencyMs: 1 });
      selector.forget(call);
    }
    return ((performance.now() - began) * 1e6) / PER_ROUND;
  };
  round();
  const rounds = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  return rounds[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}
