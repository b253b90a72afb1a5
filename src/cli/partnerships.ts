// `nautilus partnerships`: what the engines of a running node have agreed on, and how it goes.
import { PartnershipListSchema, type PartnershipList } from "../contracts/partnership.js";
import { expectAnswer } from "./answers.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { NodeClient } from "./node-client.js";
import { JSON_FLAG } from "./request-options.js";
import { duration, table } from "./table.js";

/** @throws CliFailure 1 when no node answers */
export async function partnerships({ settings }: Invocation, io: CliIo): Promise<ExitCode> {
  const answer = await new NodeClient(settings, io).get("/api/v1/partnerships");
  io.stdout(
    settings.flag(JSON_FLAG) ? `${answer.text}\n` : partnershipTable(expectAnswer(PartnershipListSchema, answer.body)),
  );
  return 0;
}

const PERCENT = 100;

function partnershipTable({ partnerships: views }: PartnershipList): string {
  if (views.length === 0) return "No two engines have anything to agree on.\n";
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
