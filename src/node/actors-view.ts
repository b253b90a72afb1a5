// The actors of a node, and the charts that are too many and too small to be among them.
import type { ActorTree } from "../actors/actor-tree.js";
import type { AgreementBook } from "../actors/partnership/agreement-book.js";
import type { ActorList } from "../contracts/views/actors.js";
import { stateOf } from "../contracts/partnership.js";
import type { Router } from "../routing/router.js";

export interface ActorSources {
  readonly tree: ActorTree;
  readonly router: Pick<Router, "routes">;
  readonly book: Pick<AgreementBook, "all">;
}

export function viewActors({ tree, router, book }: ActorSources): ActorList {
  const gates = router
    .routes()
    .flatMap(({ byKind }) => Object.values(byKind).flatMap(({ up, coming }) => [...up, ...coming]))
    .map(({ gate }) => gate.mode);
  const agreements = [...book.all()]
    .filter(({ side }) => side === "consumer")
    .map(({ agreement }) => stateOf(agreement));
  return { actors: [...tree.list()], outside: [counted("breaker", gates), counted("partnership", agreements)] };
}

function counted(machine: string, states: readonly string[]): ActorList["outside"][number] {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return { machine, count: states.length, states: counts };
}
