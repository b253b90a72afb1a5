import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { recommendation } from "../../api/support/views.js";
import { askingIo } from "./support/asking-io.js";

describe("nautilus partnerships", () => {
  it("lists who agreed with whom, on what, and how it goes", async () => {
    const { io, urls } = askingIo();
    expect(await runCli(["partnerships"], io)).toBe(0);
    expect(urls).toEqual(["http://127.0.0.1:8000/api/v1/partnerships"]);
    const [header, row, ...rest] = io.out.split("\n");
    expect(header).toMatch(/^consumer +provider +products +state +relationship +trust +agreed +measured$/);
    expect(row).toMatch(/^FACTOR_ENGINE\.0@node-1 +IBKR_KEEPALIVE_ENGINE\.0@node-1 .* nominal /);
    expect(rest).toEqual([""]);
  });

  it("asks for those of one engine", async () => {
    const { io, urls } = askingIo();
    expect(await runCli(["partnerships", "--engine", "NOBODY&limit=1"], io)).toBe(0);
    expect(urls).toEqual(["http://127.0.0.1:8000/api/v1/partnerships?engine=NOBODY%26limit%3D1"]);
    expect(io.out).toBe("NOBODY&limit=1 has agreed with nobody.\n");
  });

  it("lists what would be better", async () => {
    const { io, urls } = askingIo();
    expect(await runCli(["partnerships", "--recommendations"], io)).toBe(0);
    expect(urls).toEqual(["http://127.0.0.1:8000/api/v1/partnerships/recommendations"]);
    const { consumer, product, reason } = recommendation();
    expect(io.out.split("\n")[1]).toContain(`${consumer}  ${product}`);
    expect(io.out).toMatch(/replicate +- +- /);
    expect(io.out).toContain(reason);
  });

  it("lists what would be better for one engine, also as JSON", async () => {
    const ask = async (...options: string[]): Promise<string> => {
      const { io } = askingIo();
      expect(await runCli(["partnerships", "--recommendations", ...options], io)).toBe(0);
      return io.out;
    };
    expect(await ask("--engine", "RISK_ENGINE")).toBe("Nothing that was measured speaks for other partners.\n");
    expect(await ask("--engine", "FACTOR_ENGINE")).toContain("FACTOR_ENGINE.0@node-1");
    expect(JSON.parse(await ask("--json"))).toEqual({ recommendations: [recommendation()] });
    expect(JSON.parse(await ask("--json", "--engine", "FACTOR_ENGINE"))).toEqual({
      recommendations: [recommendation()],
    });
    expect(JSON.parse(await ask("--json", "--engine", "FACTOR"))).toEqual({ recommendations: [] });
  });
});
