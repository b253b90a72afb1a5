// An actor system for a part of a node that is tried alone. What ends by a throw fails the test.
import { ActorTree } from "../../src/actors/actor-tree.js";
import type { Clock } from "../../src/contracts/clock.js";

export function createTestTree(clock: Clock): ActorTree {
  return new ActorTree({
    clock,
    onFailed: (actor, error) => {
      throw new Error(`${actor} ended by a throw`, { cause: error });
    },
  });
}
