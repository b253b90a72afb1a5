// `nautilus partnerships`: what the engines of a running node have agreed on, how it goes, and what would be better.
import { z } from "zod";
import { isInstanceOf } from "../contracts/identity.js";
import {
  PartnershipListSchema,
  RecommendationSchema,
  type PartnershipList,
  type Recommendation,
} from "../contracts/partnership.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import type { ASK_OPTIONS, PARTNERSHIP_FLAGS } from "./command-options.js";
import { printAnswer } from "./node-client.js";
import { duration, table } from "./table.js";

const RecommendationsSchema = z.object({ recommendations: z.array(RecommendationSchema) });

type PartnershipInvocation = Invocation<typeof ASK_OPTIONS & typeof PARTNERSHIP_FLAGS>;

/** @throws CliFailure 1 when no node answers */
export async function partnerships(invocation: PartnershipInvocation, io: CliIo): Promise<ExitCode> {
  return invocation.options.recommendations ? recommended(invocation, io) : agreed(invocation, io);
}

function agreed(invocation: PartnershipInvocation, io: CliIo): Promise<ExitCode> {
  const { engine } = invocation.options;
  const query = engine === undefined ? "" : `?engine=${encodeURIComponent(engine)}`;
  return printAnswer(invocation, io, {
    path: `/api/v1/partnerships${query}`,
    schema: PartnershipListSchema,
    tell: (list) => {
      if (list.partnerships.length > 0) return partnershipTable(list);
      return list.statistics.total === 0
        ? "No two engines have anything to agree on.\n"
        : `${engine} has agreed with nobody.\n`;
    },
  });
}

/** The node recommends for all of its engines: those of one are picked here, also for --json. */
function recommended(invocation: PartnershipInvocation, io: CliIo): Promise<ExitCode> {
  const { engine, json } = invocation.options;
  const asItCame = json && engine === undefined;
  return printAnswer({ ...invocation, options: { ...invocation.options, json: asItCame } }, io, {
    path: "/api/v1/partnerships/recommendations",
    schema: RecommendationsSchema,
    tell: ({ recommendations: all }) => {
      const recommendations = engine === undefined ? all : all.filter((each) => concerns(each, engine));
      return json ? `${JSON.stringify({ recommendations })}\n` : recommendationTable(recommendations);
    },
  });
}

function concerns({ consumer, provider, instead }: Recommendation, engine: string): boolean {
  return [consumer, provider, instead].some((id) => id !== null && isInstanceOf(engine, id));
}

const PERCENT = 100;

function partnershipTable({ partnerships: views }: PartnershipList): string {
  return table(
    ["consumer", "provider", "products", "state", "relationship", "trust", "agreed", "measured"],
    views.map(({ consumer, provider, products, state, relationship, trust, terms, measured }) => [
      consumer,
      provider,
      products.join(" "),
      state,
      relationship,
      `${(PERCENT * trust.mean).toFixed(0)} %`,
      `${duration(terms.latencyMs)}, ${terms.reliabilityPct} %`,
      measured === null
        ? "-"
        : `${duration(measured.meanMs)}, ${((PERCENT * measured.met) / measured.calls).toFixed(1)} %`,
    ]),
  );
}

function recommendationTable(recommendations: readonly Recommendation[]): string {
  if (recommendations.length === 0) return "Nothing that was measured speaks for other partners.\n";
  return table(
    ["consumer", "product", "do", "provider", "instead of", "saves", "answers more", "because"],
    recommendations.map(({ consumer, product, kind, provider, instead, expectedGain, reason }) => [
      consumer,
      product,
      kind,
      provider ?? "-",
      instead ?? "-",
      duration(expectedGain.latencyMs),
      expectedGain.availabilityPct === null ? "-" : `${expectedGain.availabilityPct.toFixed(1)} %`,
      reason,
    ]),
  );
}
