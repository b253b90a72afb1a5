// What does a routed call cost, with deadline, health, metrics and bounded queue on? Against a direct async call, and against
// moleculer 0.14 calling a local action, bare and with the same protections switched on.
import { inFlight, interleave, report, sequential, type Spread } from "./harness.js";
import { createMoleculerCall } from "./peers/moleculer.mjs";
import { add, startRoutedEngines } from "./support/routed-engines.js";

const CANDIDATES = 5;
const WIDTH = 100;
const PEERS = ["moleculerProtected", "moleculerBare", "direct"] as const;

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

const ratio: Record<string, Spread> = {};
const absolute: Record<string, number> = {};
for (const [mode, wrap] of [
  ["sequential", sequential],
  ["inFlight100", (name: string, call: () => Promise<unknown>) => inFlight(name, WIDTH, call)],
] as const) {
  const measured = await interleave(Object.entries(calls).map(([name, call]) => wrap(name, call)));
  for (const peer of PEERS) ratio[`${mode}To${capitalised(peer)}`] = measured.ratio("nautilus", peer);
  for (const name of Object.keys(calls))
    absolute[`${mode}_${name}_callsPerSecond`] = measured.opsPerSecond(name).median;
}

routed.close();
await bare.stop();
await protectedBroker.stop();

/** The ratio of the mode that does worse. */
function worst(peer: string): Spread {
  const modes = Object.entries(ratio).filter(([figure]) => figure.endsWith(`To${peer}`));
  return modes.map(([, spread]) => spread).reduce((least, spread) => (spread.median < least.median ? spread : least));
}

function capitalised(peer: string): string {
  return peer.charAt(0).toUpperCase() + peer.slice(1);
}

report({
  name: "routed-call",
  ratio: { ...ratio, ...Object.fromEntries(PEERS.map((peer) => [`to${capitalised(peer)}`, worst(capitalised(peer))])) },
  absolute,
  bar: { toMoleculerProtected: { atLeast: 12 }, toMoleculerBare: { atLeast: 1 } },
});
