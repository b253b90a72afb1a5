// What does a routed call cost, with deadline, health, metrics and bounded queue on? Against a direct async call, and against
// moleculer 0.14 calling a local action, bare and with the same protections switched on. `recorded` is the same router when it
// can also explain every choice that turns out to have failed, as a node has it.
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
const parameters = { a: 1, b: 2 };
const ratio: Record<string, Spread> = {};
const absolute: Record<string, number> = {};

// One after the other: code that serves both ways in one process would be compiled for neither.
for (const [name, records] of [
  ["nautilus", "sampled"],
  ["recorded", "all"],
] as const) {
  const routed = await startRoutedEngines(CANDIDATES, records);
  const calls = {
    direct: (): Promise<unknown> => add(parameters),
    [name]: (): Promise<unknown> => routed.call(),
    moleculerBare: (): Promise<unknown> => bare.call(parameters),
    moleculerProtected: (): Promise<unknown> => protectedBroker.call(parameters),
  };
  const prefix = name === "nautilus" ? "" : "Recorded";
  for (const [mode, wrap] of [
    ["sequential", sequential],
    ["inFlight100", (subject: string, call: () => Promise<unknown>) => inFlight(subject, WIDTH, call)],
  ] as const) {
    const measured = await interleave(Object.entries(calls).map(([subject, call]) => wrap(subject, call)));
    for (const peer of PEERS) ratio[`${mode}${prefix}To${capitalised(peer)}`] = measured.ratio(name, peer);
    for (const subject of Object.keys(calls))
      absolute[`${mode}_${subject}_callsPerSecond`] = measured.opsPerSecond(subject).median;
  }
  routed.close();
}

await bare.stop();
await protectedBroker.stop();

/** The ratio of the mode that does worse. */
function worst(to: string): Spread {
  const modes = ["sequential", "inFlight100"].flatMap((mode): [string, Spread][] => {
    const spread = ratio[`${mode}${to}`];
    return spread === undefined ? [] : [[mode, spread]];
  });
  return modes.map(([, spread]) => spread).reduce((least, spread) => (spread.median < least.median ? spread : least));
}

function worstOfBoth(): Record<string, Spread> {
  return Object.fromEntries(
    PEERS.map(capitalised).flatMap((peer) => [
      [`to${peer}`, worst(`To${peer}`)],
      [`recordedTo${peer}`, worst(`RecordedTo${peer}`)],
    ]),
  );
}

function capitalised(peer: string): string {
  return peer.charAt(0).toUpperCase() + peer.slice(1);
}

report({
  name: "routed-call",
  ratio: { ...ratio, ...worstOfBoth() },
  absolute,
  bar: { toMoleculerProtected: { atLeast: 12 }, toMoleculerBare: { atLeast: 1 } },
});
