import { describe, expect, it } from "vitest";
import { CAPABILITIES, ROLES } from "../../../src/domain/roles.js";
import { ENGINES } from "../../../src/node/catalogue/engines.js";

describe("the words of trading", () => {
  it("are all that our engines use", () => {
    for (const { id, roles, capabilities } of ENGINES) {
      expect(ROLES, id).toEqual(expect.arrayContaining([...roles]));
      expect(CAPABILITIES, id).toEqual(expect.arrayContaining([...capabilities]));
    }
  });
});
