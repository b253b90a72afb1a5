import { afterEach, describe, expect, it, vi } from "vitest";
import { processEnvironment } from "../../../src/kernel/environment.js";

describe("processEnvironment", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is what the process was given", () => {
    vi.stubEnv("NAUTILUS_ENVIRONMENT_TEST", "here");
    expect(processEnvironment()["NAUTILUS_ENVIRONMENT_TEST"]).toBe("here");
    expect(processEnvironment()["NAUTILUS_ENVIRONMENT_TEST_ABSENT"]).toBeUndefined();
  });
});
