// What a chaos run does to its network: one file entry each, with how long it takes until it is undone.
import type { Random } from "../../../../src/contracts/random.js";
import type { RedisServer } from "../../../support/redis-server.js";
import type { ChaosNode } from "./chaos-node.js";

export interface Surroundings {
  readonly redis: RedisServer;
  readonly nodes: readonly ChaosNode[];
  readonly random: Random;
}

export interface Fault {
  readonly name: string;
  /** Resolves when it is undone. */
  readonly strike: (surroundings: Surroundings) => Promise<void>;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function between(random: Random, least: number, most: number): number {
  return least + random.integer(most - least + 1);
}

/** One that runs; never the last one, as nobody would be left to ask. */
function victim({ nodes, random }: Surroundings): ChaosNode | undefined {
  const running = nodes.filter(({ isRunning }) => isRunning);
  return running.length < 2 ? undefined : running[random.integer(running.length)];
}

function anyNode({ nodes, random }: Surroundings): ChaosNode {
  return nodes[random.integer(nodes.length)]!;
}

export const FAULTS: readonly Fault[] = [
  {
    name: "kill node",
    strike: async (around) => {
      const node = victim(around);
      const downMs = between(around.random, 0, 2_000);
      await node?.kill();
      await pause(downMs);
      await node?.start();
    },
  },
  {
    name: "restart Redis",
    strike: async ({ redis }) => {
      await redis.restart();
    },
  },
  {
    name: "restart Redis without its data",
    strike: async ({ redis }) => {
      await redis.restartEmpty();
    },
  },
  {
    name: "flap",
    strike: async (around) => {
      const node = anyNode(around);
      for (let left = between(around.random, 1, 4); left > 0; left -= 1) {
        node.proxy.cut();
        await pause(between(around.random, 0, 200));
      }
    },
  },
  {
    name: "partition",
    strike: async (around) => {
      const node = anyNode(around);
      node.proxy.refuses = true;
      await pause(between(around.random, 200, 3_000));
      node.proxy.heal();
    },
  },
  {
    name: "silence",
    strike: async (around) => {
      const node = anyNode(around);
      node.proxy.blackhole({ alsoNew: true });
      await pause(between(around.random, 200, 2_000));
      node.proxy.heal();
    },
  },
  {
    name: "slow Redis",
    strike: async (around) => {
      const node = anyNode(around);
      node.proxy.latencyMs = between(around.random, 10, 150);
      await pause(between(around.random, 200, 2_000));
      node.proxy.latencyMs = 0;
    },
  },
];
