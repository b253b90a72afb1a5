// An actor system for a part of a node that is tried alone.
import { ActorTree } from "../../src/actors/actor-tree.js";
import type { Clock } from "../../src/contracts/clock.js";

/** @param onFailed what ends by a throw fails the test unless told otherwise */
export function createTestTree(clock: Clock, onFailed = failTest): ActorTree {
  return new ActorTree({ clock, onFailed });
}

function failTest(actor: string, error: unknown): void {
  throw new Error(`${actor} ended by a throw`, { cause: error });
}
