// The statechart behind one breaker gate.
import { createActor } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import type { BreakerControl, BreakerGate } from "../../routing/breaker-gate.js";
import { breakerMachine } from "./breaker.machine.js";

export function createBreaker(gate: BreakerGate, clock: Clock): BreakerControl {
  const actor = createActor(breakerMachine, { clock, input: { gate } });
  actor.start();
  return {
    tripped: () => {
      actor.send({ type: "TRIPPED" });
    },
    trialEnded: (success) => {
      actor.send({ type: success ? "TRIAL_SUCCEEDED" : "TRIAL_FAILED" });
    },
    stop: () => {
      actor.stop();
    },
  };
}
