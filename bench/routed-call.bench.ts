// What does a routed call cost, with deadline, health, metrics and bounded queue on? Against a direct async call, and against
// moleculer 0.14 calling a local action, bare and with the same protections switched on.
import { inFlight, interleave, report, sequential } from "./harness.js";
import { createMoleculerCall } from "./peers/moleculer.mjs";
import { add, startRoutedEngines } from "./support/routed-engines.js";

const CANDIDATES = 5;
const WIDTH = 100;

const bare = await createMoleculerCall({ handler: add });
const protectedBroker = await createMoleculerCall({
  handler: add,
  protections: { timeoutMs: 10_000, concurrency: 256, queue: 1024 },
});
const routed = await startRoutedEngines(CANDIDATES);

const parameters = { a: 1, b: 2 };
const calls = {
  direct: (): Promise<unknown> => add(parameters),
  nautilus: (): Promise<unknown> => routed.call(),
  moleculerBare: (): Promise<unknown> => bare.call(parameters),
  moleculerProtected: (): Promise<unknown> => protectedBroker.call(parameters),
};

const ratio: Record<string, number> = {};
const absolute: Record<string, number> = {};
const worst = { toBare: Infinity, toProtected: Infinity, toDirect: Infinity };
for (const [mode, wrap] of [
  ["sequential", sequential],
  ["inFlight100", (name: string, call: () => Promise<unknown>) => inFlight(name, WIDTH, call)],
] as const) {
  const measured = await interleave(Object.entries(calls).map(([name, call]) => wrap(name, call)));
  const toProtected = measured.ratio("nautilus", "moleculerProtected").median;
  const toBare = measured.ratio("nautilus", "moleculerBare").median;
  const toDirect = measured.ratio("nautilus", "direct").median;
  ratio[`${mode}ToMoleculerProtected`] = toProtected;
  ratio[`${mode}ToMoleculerBare`] = toBare;
  ratio[`${mode}ToDirect`] = toDirect;
  worst.toProtected = Math.min(worst.toProtected, toProtected);
  worst.toBare = Math.min(worst.toBare, toBare);
  worst.toDirect = Math.min(worst.toDirect, toDirect);
  for (const name of Object.keys(calls))
    absolute[`${mode}_${name}_callsPerSecond`] = measured.opsPerSecond(name).median;
}

routed.close();
await bare.stop();
await protectedBroker.stop();

report({
  name: "routed-call",
  ratio: { ...ratio, toMoleculerProtected: worst.toProtected, toMoleculerBare: worst.toBare, toDirect: worst.toDirect },
  absolute,
  bar: { toMoleculerProtected: { atLeast: 12 }, toMoleculerBare: { atLeast: 1 } },
});
