import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ERROR_TABLE,
  messageOf,
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

  it("holds nothing in its details that cannot be written as JSON", () => {
    const details: Record<string, unknown> = { count: 7n, made: () => 1, kept: [1, { a: "b" }] };
    details["self"] = details;
    const error = new NautilusError("NO_HISTORY", "too short", { details });
    const written = JSON.parse(JSON.stringify(error.toRecord())) as unknown;
    expect(written).toMatchObject({ code: "NO_HISTORY", details: { count: "7", kept: [1, { a: "b" }] } });
    expect(new NautilusError("NO_HISTORY", "…", { details: "a text" as never }).details).toEqual({ details: "a text" });
  });

  it.each(["TEAPOT", "toString", undefined])("is INTERNAL where its code is %j, and says so", (code) => {
    for (const options of [{}, { retryable: false }]) {
      const error = new NautilusError(code as never, "why", options);
      expect(error).toMatchObject({ code: "INTERNAL", retryable: false });
      expect(error.message).toBe(`why (${code} is no code of an error)`);
    }
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

  it("takes what has no text, and what throws when it is asked for one", () => {
    const silent = new Error("…");
    Object.defineProperty(silent, "message", {
      get: () => {
        throw new Error("not telling");
      },
    });
    const guarded = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("not telling");
        },
      },
    );
    for (const thrown of [silent, guarded, Object.create(null) as object, { toString: () => ({}) }]) {
      expect(messageOf(thrown)).toBe("something that has no text");
      const error = toNautilusError(thrown, "while testing");
      expect(error).toMatchObject({ code: "INTERNAL", message: "while testing: something that has no text" });
    }
    expect(messageOf(Symbol("a"))).toBe("Symbol(a)");
  });
});
