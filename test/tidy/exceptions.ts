// A ratchet: files that do not keep a rule yet. The list only gets shorter, as a file on it that keeps its rule fails the test.
import type { RULES } from "./rules.js";
import type { Finding } from "./source-tree.js";

export const EXCEPTIONS: Readonly<Partial<Record<keyof typeof RULES, readonly string[]>>> = {
  "files import little": ["src/node/node-parts.ts", "src/node/node-port.ts"],
  "options are few": [
    "src/actors/coordinator/coordinator.ts",
    "src/actors/membership/membership.ts",
    "src/actors/partnership/partnership-desk.ts",
    "src/buses/bridge/bridge.ts",
    "src/node/network.ts",
    "src/node/partnering.ts",
    "src/routing/router.ts",
    "src/simulation/simulated-node.ts",
  ],
};

/** What is found elsewhere than in `paths`, and which of these need no exception any more. */
export function outsideOf(paths: readonly string[], findings: readonly Finding[]): readonly Finding[] {
  const kept = paths.filter((path) => !findings.some((finding) => finding.path === path));
  return [
    ...findings.filter(({ path }) => !paths.includes(path)),
    ...kept.map((path) => ({
      path,
      line: 1,
      message: "keeps the rule: take it off the list in test/tidy/exceptions.ts",
    })),
  ];
}
