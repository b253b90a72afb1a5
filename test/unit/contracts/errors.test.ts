import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ERROR_TABLE,
  NautilusError,
  toNautilusError,
  type ErrorCode,
  type ErrorKind,
} from "../../../src/contracts/errors.js";

const codes = Object.keys(ERROR_TABLE) as ErrorCode[];

describe("ERROR_TABLE", () => {
  it.each(codes)("gives %s a status of failure and a title", (code) => {
    const { status, title } = ERROR_TABLE[code];
    expect(Number.isInteger(status) && status >= 400 && status <= 599).toBe(true);
    expect(title).not.toBe("");
  });

  it("never calls a caller's own mistake retryable", () => {
    const kinds: ErrorKind[] = Object.values(ERROR_TABLE);
    expect(kinds.filter(({ retryable, status }) => retryable && status < 500)).toEqual([]);
  });
});

describe("NautilusError", () => {
  it("takes its retryability from the table unless told otherwise", () => {
    for (const code of codes) {
      expect(new NautilusError(code, "why").retryable).toBe(ERROR_TABLE[code].retryable);
      expect(new NautilusError(code, "why", { retryable: true }).retryable).toBe(true);
      expect(new NautilusError(code, "why", { retryable: false }).retryable).toBe(false);
    }
  });

  it("carries its cause, and none that it was not given", () => {
    const cause = new Error("below");
    expect(new NautilusError("INTERNAL", "above", { cause }).cause).toBe(cause);
    expect("cause" in new NautilusError("INTERNAL", "above")).toBe(false);
  });

  it("comes back from its record, through JSON", () => {
    const made = fc.record({
      code: fc.constantFrom(...codes),
      message: fc.string(),
      retryable: fc.boolean(),
      details: fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(made, ({ code, message, retryable, details }) => {
        const sent = JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
        const error = new NautilusError(code, message, { retryable, details: sent });
        const record = JSON.parse(JSON.stringify(error.toRecord())) as ReturnType<typeof error.toRecord>;
        const back = NautilusError.fromRecord(record);
        expect(back).toBeInstanceOf(NautilusError);
        expect(back.name).toBe("NautilusError");
        expect(back).toMatchObject({ code, message, retryable, details: sent });
        expect(back.toRecord()).toEqual(error.toRecord());
      }),
    );
  });

  it("leaves empty details and the cause out of its record", () => {
    const error = new NautilusError("NO_PLAN", "no way", { cause: new Error("secret") });
    expect(Object.keys(error.toRecord())).toEqual(["code", "message", "retryable"]);
  });
});

describe("toNautilusError", () => {
  it("leaves a NautilusError as it is", () => {
    const error = new NautilusError("INFEASIBLE", "no");
    expect(toNautilusError(error, "elsewhere")).toBe(error);
  });

  it("makes anything foreign INTERNAL, with the original as its cause", () => {
    for (const [thrown, said] of [
      [new TypeError("bad"), "bad"],
      ["a string", "a string"],
      [undefined, "undefined"],
      [7, "7"],
    ]) {
      const error = toNautilusError(thrown, "while testing");
      expect(error).toMatchObject({ code: "INTERNAL", retryable: false, message: `while testing: ${String(said)}` });
      expect(error.cause).toBe(thrown);
    }
    expect(toNautilusError("x").message).toBe("unexpected failure: x");
  });
});
