// Engines that crash under load, one after the other: not one request fails, with a second instance or with the only one.
import { describe, expect, it, vi } from "vitest";
import { DEFAULT_RESTART_POLICY } from "../../src/actors/engine-host/restart-policy.js";
import type { AlertList } from "../../src/contracts/alerts.js";
import { PORTFOLIO, startNode, type NodeProcess } from "./support/node-process.js";

const ENGINES = [
  "IBKR_KEEPALIVE_ENGINE",
  "FACTOR_ENGINE",
  "FEATURES_ENGINE",
  "ML_ENGINE",
  "RISK_ENGINE",
  "QUANTUM_PORTFOLIO_ENGINE",
  "COLLATERAL_ENGINE",
];
const UNIVERSE = ["SPX", "AAPL", "SYN0001", "SYN0002", "SYN0003"];
/** A busy machine may be slow; what is tested is that nothing is lost. */
const DEADLINE_MS = 60_000;
const LIMIT_MS = 120_000;
const LIGHT_EVERY_MS = 5;
const HEAVY_EVERY_MS = 200;
const BETWEEN_CRASHES_MS = 700;

/** Asks at a steady pace, whatever comes back. */
class Load {
  readonly answers: Promise<{ readonly status: number; readonly text: string }>[] = [];
  readonly #timers: NodeJS.Timeout[];
  #asked = 0;

  constructor(node: NodeProcess) {
    const ask = (path: string, body: object): void => {
      this.answers.push(
        node.post(path, body).then(async (response) => ({ status: response.status, text: await response.text() })),
      );
    };
    const light = { products: ["factor.matrix"], universe: UNIVERSE, lookbackBars: 60, deadlineMs: DEADLINE_MS };
    this.#timers = [
      setInterval(() => {
        ask("/api/v1/goals", { ...light, capital: 1000 + (this.#asked += 1) });
      }, LIGHT_EVERY_MS),
      setInterval(() => {
        ask(PORTFOLIO, { capital: 1000 + (this.#asked += 1), deadlineMs: DEADLINE_MS });
      }, HEAVY_EVERY_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a node under load", () => {
  for (const replicas of [1, 2]) {
    it(
      `answers every request while each of its engines crashes, with ${replicas} instances of each`,
      async () => {
        const node = await startNode([
          "--speed",
          "max",
          "--chaos",
          "--log-level",
          "silent",
          ...ENGINES.flatMap((engine) => ["--replicas", `${engine}=${replicas}`]),
        ]);
        try {
          await node.execute();
          const load = new Load(node);
          try {
            for (const engine of ENGINES) {
              await pause(BETWEEN_CRASHES_MS);
              expect((await node.operate("crash", engine)).status, engine).toBe(200);
            }
            await pause(BETWEEN_CRASHES_MS);
          } finally {
            load.stop();
          }
          const answers = await Promise.all(load.answers);
          const failed = answers.filter(({ status }) => status !== 200).map(({ text }) => text.slice(0, 300));
          expect(answers.length).toBeGreaterThan(100);
          expect(failed).toEqual([]);
          const { engines } = (await node.get<{ engines: { health: { lifecycle: string } }[] }>("/api/v1/engines"))
            .body;
          expect(engines).toHaveLength(replicas * ENGINES.length);
          expect(engines.every(({ health }) => health.lifecycle === "running")).toBe(true);
        } finally {
          await node.program.remove();
        }
      },
      LIMIT_MS,
    );
  }

  it(
    "lets requests wait for the only giver within their deadline, and only then says GIVER_DOWN",
    async () => {
      const node = await startNode(["--speed", "max", "--chaos", "--log-level", "silent"]);
      try {
        await crashUntilItHasToWait(node, "FACTOR_ENGINE");
        const goal = { products: ["factor.matrix"], universe: UNIVERSE, lookbackBars: 60, fresh: true };
        const patient = node.post("/api/v1/goals", { ...goal, deadlineMs: DEADLINE_MS });
        const began = performance.now();
        const problems = await Promise.all(
          Array.from({ length: 20 }, () => node.refused("/api/v1/goals", { ...goal, deadlineMs: IMPATIENT_MS })),
        );
        expect(performance.now() - began).toBeGreaterThanOrEqual(IMPATIENT_MS);
        for (const problem of problems) {
          expect(problem).toMatchObject({ status: 503, code: "GIVER_DOWN", retryable: true });
          expect(problem.detail).toContain("FACTOR_ENGINE.calculate_factors@1");
        }
        const { alerts } = (await node.get<AlertList>("/api/v1/alerts?severity=critical")).body;
        expect(alerts.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["engine.down", "engine.restarts"]));
        expect((await patient).status).toBe(200);
      } finally {
        await node.program.remove();
      }
    },
    LIMIT_MS,
  );
});

const IMPATIENT_MS = 1_000;

/** Until the restarts that its window allows are used up, so that the next one takes its time. */
async function crashUntilItHasToWait(node: NodeProcess, engine: string): Promise<void> {
  const { maxRestarts } = DEFAULT_RESTART_POLICY;
  for (let crash = 0; crash <= maxRestarts; crash += 1) {
    await vi.waitFor(async () => expect((await node.operate("crash", engine)).status).toBe(200), 20_000);
  }
}
