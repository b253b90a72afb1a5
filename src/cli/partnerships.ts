// `nautilus partnerships`: what the engines of a running node have agreed on, how it goes, and what would be better.
import { z } from "zod";
import { isInstanceOf } from "../contracts/identity.js";
import {
  PartnershipListSchema,
  RecommendationSchema,
  type PartnershipList,
  type Recommendation,
} from "../contracts/partnership.js";
import { expectAnswer } from "./answers.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { NodeClient } from "./node-client.js";
import { ENGINE, RECOMMENDATIONS } from "./partnership-options.js";
import { JSON_FLAG } from "./request-options.js";
import type { Settings } from "./settings.js";
import { duration, table } from "./table.js";

const RecommendationsSchema = z.object({ recommendations: z.array(RecommendationSchema) });

/** @throws CliFailure 1 when no node answers */
export async function partnerships({ settings }: Invocation, io: CliIo): Promise<ExitCode> {
  const client = new NodeClient(settings, io);
  io.stdout(settings.flag(RECOMMENDATIONS) ? await recommended(client, settings) : await agreed(client, settings));
  return 0;
}

async function agreed(client: NodeClient, settings: Settings): Promise<string> {
  const query = settings.has(ENGINE) ? `?engine=${encodeURIComponent(settings.text(ENGINE, ""))}` : "";
  const { text, body } = await client.get(`/api/v1/partnerships${query}`);
  if (settings.flag(JSON_FLAG)) return `${text}\n`;
  const list = expectAnswer(PartnershipListSchema, body);
  if (list.partnerships.length > 0) return partnershipTable(list);
  return list.statistics.total === 0
    ? "No two engines have anything to agree on.\n"
    : `${settings.text(ENGINE, "")} has agreed with nobody.\n`;
}

/** The node recommends for all of its engines: those of one are picked here. */
async function recommended(client: NodeClient, settings: Settings): Promise<string> {
  const { text, body } = await client.get("/api/v1/partnerships/recommendations");
  const isJson = settings.flag(JSON_FLAG);
  if (isJson && !settings.has(ENGINE)) return `${text}\n`;
  const { recommendations } = expectAnswer(RecommendationsSchema, body);
  const concerned = settings.has(ENGINE)
    ? recommendations.filter((each) => concerns(each, settings.text(ENGINE, "")))
    : recommendations;
  return isJson ? `${JSON.stringify({ recommendations: concerned })}\n` : recommendationTable(concerned);
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
