// Engines that crash under load, one after the other: not one request fails, with a second instance or with the only one.
import { describe, expect, it, vi } from "vitest";
import { DEFAULT_RESTART_POLICY } from "../../src/actors/engine-host/restart-policy.js";
import type { AlertList } from "../../src/contracts/views/alerts.js";
import type { PartnershipList } from "../../src/contracts/partnership.js";
import { inForm } from "../support/in-form.js";
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
const OPTIONS = ["--speed", "max", "--universe", "8", "--chaos", "--log-level", "silent"];
const UNIVERSE = ["SPX", "AAPL", "SYN0001", "SYN0002", "SYN0003"];
/** A busy machine may be slow; what is tested is that nothing is lost. */
const DEADLINE_MS = 60_000;
const LIMIT_MS = 120_000;
/** Requests that wait for an answer at once: a machine that cannot keep the pace is asked less, not flooded. */
const MOST_OPEN = 64;
const LIGHT_EVERY_MS = inForm({ short: 15, long: 5 });
const HEAVY_EVERY_MS = inForm({ short: 400, long: 200 });
const BETWEEN_CRASHES_MS = inForm({ short: 500, long: 700 });

/** Asks at a steady pace, whatever comes back; each answer is computed, none is an earlier one. */
class Load {
  readonly answers: Promise<{ readonly status: number; readonly text: string }>[] = [];
  readonly #timers: NodeJS.Timeout[];
  #open = 0;

  constructor(node: NodeProcess) {
    const ask = (path: string, body: object): void => {
      if (this.#open >= MOST_OPEN) return;
      this.#open += 1;
      this.answers.push(
        node.post(path, { ...body, fresh: true, deadlineMs: DEADLINE_MS }).then(async (response) => {
          const text = await response.text();
          this.#open -= 1;
          return { status: response.status, text };
        }),
      );
    };
    const light = { products: ["factor.matrix"], universe: UNIVERSE, lookbackBars: 60 };
    this.#timers = [
      setInterval(() => {
        ask("/api/v1/goals", light);
      }, LIGHT_EVERY_MS),
      setInterval(() => {
        ask(PORTFOLIO, { universe: UNIVERSE });
      }, HEAVY_EVERY_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

const BACK_WITHIN_MS = 10_000;

/** Pairs that are in force. */
async function partnersOf(node: NodeProcess): Promise<string[]> {
  const { body } = await node.get<PartnershipList>("/api/v1/partnerships");
  return body.partnerships
    .filter(({ state }) => state === "trial" || state === "nominal" || state === "strained")
    .map(({ consumer, provider }) => `${consumer}>${provider}`);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// Side by side, as one of them mostly waits.
describe.concurrent("a node under load", () => {
  for (const replicas of [1, 2]) {
    it(
      `answers every request while each of its engines crashes, with ${replicas} instances of each`,
      async () => {
        const node = await startNode([
          ...OPTIONS,
          ...ENGINES.flatMap((engine) => ["--replicas", `${engine}=${replicas}`]),
        ]);
        try {
          await node.execute();
          const partners = await vi.waitFor(async () => {
            const formed = await partnersOf(node);
            expect(formed.length).toBeGreaterThan(0);
            return formed;
          }, BACK_WITHIN_MS);
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
          await vi.waitFor(async () => {
            expect(await partnersOf(node)).toEqual(partners);
          }, BACK_WITHIN_MS);
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
      const node = await startNode(OPTIONS);
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
