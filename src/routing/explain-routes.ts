// The choices of a router explained: those that were kept, and what a choice would weigh now.
import type { Clock } from "../contracts/clock.js";
import type { RouteExplanation } from "../contracts/route-record.js";
import type { Candidate } from "./candidate.js";
import { Choice } from "./choice.js";
import { finite, termsOf } from "./choice-records.js";
import { flips } from "./recompute.js";
import type { Route } from "./route.js";
import type { Router } from "./router.js";

export interface ExplainOptions {
  readonly clock: Clock;
  /** A product key; absent: all. */
  readonly product?: string | undefined;
  readonly limit: number;
}

export function explainRoutes(router: Router, { clock, product, limit }: ExplainOptions): RouteExplanation {
  const routes = router.routes().filter(({ gives }) => product === undefined || gives === product);
  return {
    product: product ?? null,
    products: [...router.records.products()],
    now: routes.flatMap((route) => candidatesNow(route, router, clock.nowMs())),
    records: router.records
      .list(product)
      .slice(0, limit)
      .map((record) => ({ ...record, flips: [...flips(record)] })),
  };
}

type CandidateNow = RouteExplanation["now"][number];

function candidatesNow(route: Route, { strategy }: Router, nowMs: number): CandidateNow[] {
  const view = (kind: CandidateNow["kind"], from: CandidateNow["from"], candidate: Candidate): CandidateNow => {
    const choice = new Choice();
    choice.nowMs = nowMs;
    choice.weighAll([candidate]);
    return {
      operationId: route.operationId,
      kind,
      instanceId: candidate.link.instanceId,
      from,
      breaker: candidate.gate.mode,
      suspect: candidate.isSuspect,
      terms: termsOf(choice.terms, 0),
      score: finite(strategy.score(choice.terms, 0)),
    };
  };
  const kinds = Object.entries(route.byKind) as [CandidateNow["kind"], Route["byKind"]["make"]][];
  return kinds.flatMap(([kind, { up, coming }]) => [
    ...up.map((candidate) => view(kind, "running", candidate)),
    ...coming.map((candidate) => view(kind, "coming", candidate)),
  ]);
}
