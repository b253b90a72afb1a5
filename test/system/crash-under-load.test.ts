// Engines that crash under load, one after the other: not one request fails, with a second instance or with the only one.
import { describe, expect, it } from "vitest";
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
    it(`answers every request while each of its engines crashes, with ${replicas} instances of each`, async () => {
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
        const { engines } = (await node.get<{ engines: { health: { lifecycle: string } }[] }>("/api/v1/engines")).body;
        expect(engines).toHaveLength(replicas * ENGINES.length);
        expect(engines.every(({ health }) => health.lifecycle === "running")).toBe(true);
      } finally {
        await node.program.remove();
      }
    });
  }
});
