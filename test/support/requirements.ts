// What a suite needs from outside the project. Where it is missing the suite is skipped and says why; with REQUIRE_ALL=1
// that is a failure.
import { describe, it } from "vitest";

export interface Requirement {
  readonly isMet: boolean;
  /** Why it is not met and what would help. */
  readonly reason: string;
}

/** A `describe` for suites that need more than the project itself. */
export function describeWith(requirement: Requirement, title: string, suite: () => void): void {
  if (requirement.isMet) {
    describe(title, suite);
    return;
  }
  if (process.env["REQUIRE_ALL"] === "1") {
    describe(title, () => {
      it("has what it needs", () => {
        throw new Error(requirement.reason);
      });
    });
    return;
  }
  console.warn(`skipped: ${title}: ${requirement.reason}`);
  describe.skip(title, () => {
    it(`is skipped: ${requirement.reason}`, () => undefined);
  });
}
