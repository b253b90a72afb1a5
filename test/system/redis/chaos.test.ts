// Chaos, a little of it; `npm run chaos` makes as much as it is told to.
import { expect, it } from "vitest";
import { inForm } from "../../support/in-form.js";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { HEARTBEAT_MS, runChaos } from "./chaos/chaos-run.js";

const FAULTS = inForm({ short: 8, long: 60 });
const LIMIT_MS = inForm({ short: 240_000, long: 480_000 });
/** What a busy machine may add to what is promised. */
const SLACK_MS = 1_000;

describeWith(REDIS, "three processes over Redis under faults", () => {
  it(
    "end every accepted request exactly once, do no effect twice, and see the same afterwards",
    async () => {
      const { problems, succeeded, convergedMs, struck } = await runChaos({ seed: 1, faults: FAULTS });
      expect(problems).toEqual([]);
      expect(succeeded).toBeGreaterThan(5 * FAULTS);
      expect(Object.values(struck).reduce((sum, count) => sum + count, 0)).toBe(FAULTS);
      expect(convergedMs).toBeLessThan(2 * HEARTBEAT_MS + SLACK_MS);
    },
    LIMIT_MS,
  );
});
