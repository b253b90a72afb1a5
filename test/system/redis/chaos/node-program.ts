// What each process of a chaos run is: a node with two engines of its own, told over a channel to its parent what to ask for. One
// operation is pure; the other has an effect, a line in a file, that must be there once for whatever was answered, and never twice.

const INDEX = new URL("../../../../dist/index.js", import.meta.url).href;

export interface NodeProgramOptions {
  readonly nodeId: string;
  readonly redisUrl: string;
  readonly heartbeatIntervalMs: number;
  /** Where the effects go. */
  readonly ledger: string;
}

export type ToNode = { readonly ask: string; readonly kind: AskKind } | { readonly view: number };

export type AskKind = "double" | "book";

export interface View {
  readonly connected: boolean;
  readonly alive: readonly string[];
  readonly engines: readonly string[];
  /** Each with its epoch and state. */
  readonly agreements: Readonly<Record<string, string>>;
  readonly leader: string | null;
}

export type FromNode =
  | { readonly ready: true }
  | { readonly accepted: string }
  | { readonly ended: string; readonly error: string | null }
  | { readonly view: number; readonly is: View };

export const DEADLINE_MS = 5_000;

export function nodeProgram({ nodeId, redisUrl, heartbeatIntervalMs, ledger }: NodeProgramOptions): string {
  const options = {
    nodeId,
    bus: "redis",
    redisMarketData: redisUrl,
    redisEngineLogic: redisUrl,
    redisNeuralGpu: redisUrl,
    feed: false,
    engines: [],
    heartbeatIntervalMs,
    logLevel: "error",
  };
  return `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { createNode, defineEngine, operation, product } from ${JSON.stringify(INDEX)};
    import { z } from ${JSON.stringify(import.meta.resolve("zod"))};

    const thing = (name, schema) => product(name, { version: 1, channel: "engineLogic", description: name, schema });
    const Request = thing("chaos.request", z.object({ id: z.string() }));
    const Doubled = thing("chaos.doubled", z.object({ id: z.string() }));
    const Order = thing("chaos.order", z.object({ id: z.string() }));
    const Receipt = thing("chaos.receipt", z.object({ id: z.string() }));

    const doubler = defineEngine({
      id: "DOUBLER", name: "Doubler", version: "1.0.0",
      operations: [operation({
        name: "double", version: 1, needs: { request: Request }, gives: Doubled,
        run: async ({ request }) => (await sleep(5), { id: request.id + request.id }),
      })],
    });
    const ledger = defineEngine({
      id: "LEDGER", name: "Ledger", version: "1.0.0",
      operations: [operation({
        name: "book", version: 1, needs: { order: Order }, gives: Receipt, effects: true,
        run: async ({ order }) => {
          await sleep(2);
          appendFileSync(${JSON.stringify(ledger)}, order.id + "\\n");
          await sleep(2);
          return { id: order.id };
        },
      })],
    });
    const node = createNode(${JSON.stringify(options)}, { definitions: [doubler, ledger] });
    await node.start();
    const KINDS = {
      double: (id) => ({ products: ["chaos.doubled"], facts: { "chaos.request": { id } } }),
      book: (id) => ({ products: ["chaos.receipt"], facts: { "chaos.order": { id } } }),
    };
    process.on("message", async (told) => {
      if ("view" in told) {
        const { nodes, links, leader } = node.port.status();
        process.send({ view: told.view, is: {
          connected: links.every(({ connected }) => connected),
          alive: nodes.filter(({ status }) => status === "alive").map(({ nodeId }) => nodeId).sort(),
          engines: node.port.engines().map(({ instanceId, health }) => instanceId + " " + health.lifecycle).sort(),
          agreements: Object.fromEntries(node.port.partnerships().partnerships.map(({ id, epoch, state }) => [id, epoch + " " + state])),
          leader,
        } });
        return;
      }
      const { ask, kind } = told;
      process.send({ accepted: ask });
      const goal = { ...KINDS[kind](ask), fresh: true, deadlineMs: ${DEADLINE_MS} };
      const error = await node.request(goal).then(() => null, ({ code, message }) => code + ": " + message);
      process.send({ ended: ask, error });
    });
    process.on("SIGTERM", async () => { await node.stop(); process.exit(0); });
    process.send({ ready: true });
  `;
}
