import { describe, expect, it } from "vitest";
import { guardBrowsers } from "../../src/api/browser-guard.js";
import { isLoopback } from "../../src/api/host.js";
import { problemOf } from "./support/problems.js";

function ask(boundTo: string, method: string, headers: Record<string, string>): Response | Promise<Response> {
  const guarded = guardBrowsers(() => new Response("passed"), boundTo);
  return guarded(new Request("http://127.0.0.1:8000/api/v1/engines/X/stop", { method, headers }));
}

describe("guardBrowsers", () => {
  it.each(["localhost:8000", "127.0.0.1:8000", "127.0.0.1", "127.1.2.3:80", "[::1]:8000", "nautilus.localhost:1"])(
    "answers to the loopback host %s",
    async (host) => {
      expect((await ask("127.0.0.1", "GET", { host })).status).toBe(200);
    },
  );

  it.each(["evil.example:8000", "127.0.0.1.evil.example", "192.168.1.5:8000", "localhost.evil.example", "not a host"])(
    "does not answer to %s on loopback",
    async (host) => {
      expect(await problemOf(await ask("127.0.0.1", "GET", { host }))).toMatchObject({ code: "FORBIDDEN" });
    },
  );

  it("answers to any name when bound to more than loopback", async () => {
    expect((await ask("0.0.0.0", "GET", { host: "nautilus.example" })).status).toBe(200);
  });

  it.each([
    ["http://127.0.0.1:8000", "127.0.0.1:8000"],
    ["http://localhost:3000", "127.0.0.1:8000"],
  ])("lets the page %s act on %s", async (origin, host) => {
    expect((await ask("127.0.0.1", "POST", { host, origin })).status).toBe(200);
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1.evil.example"])(
    "lets no page of %s act",
    async (origin) => {
      const response = await ask("127.0.0.1", "POST", { host: "127.0.0.1:8000", origin });
      expect(await problemOf(response)).toMatchObject({ code: "FORBIDDEN", instance: "/api/v1/engines/X/stop" });
    },
  );

  it("lets no page of this machine act on a node that others reach by name", async () => {
    const response = await ask("0.0.0.0", "POST", { host: "nautilus.example", origin: "http://localhost:3000" });
    expect(response.status).toBe(403);
  });

  it("lets programs act: they send no origin", async () => {
    expect((await ask("127.0.0.1", "POST", { host: "127.0.0.1:8000" })).status).toBe(200);
  });
});

describe("isLoopback", () => {
  it.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["::", false],
    ["example.com", false],
  ])("%s: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
