// The statechart behind one breaker gate.
import { createActor } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import type { BreakerControl, BreakerGate } from "../../routing/breaker-gate.js";
import { breakerMachine, TRIALS } from "./breaker.machine.js";

const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 30_000;
const FORGET_AFTER_MS = 60_000;

/** Each opening that follows soon upon another lasts twice as long, up to half a minute. */
export function createBreaker(gate: BreakerGate, clock: Clock): BreakerControl {
  const machine = breakerMachine.provide({
    actions: {
      openGate: () => {
        gate.open();
      },
      halfOpenGate: () => {
        gate.halfOpen(TRIALS);
      },
      closeGate: () => {
        gate.close();
      },
    },
    delays: {
      openFor: ({ context }) => Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** (context.openings - 1)),
      forgetAfter: FORGET_AFTER_MS,
    },
  });
  const actor = createActor(machine, { clock });
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
