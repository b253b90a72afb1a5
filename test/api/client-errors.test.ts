import { once } from "node:events";
import { createServer } from "node:http";
import { createConnection, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { answerClientErrors } from "../../src/api/client-errors.js";
import { serveApi } from "../../src/api/serve.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

const EXECUTE = "/api/v1/workflows/portfolio_optimization/execute";
const JSON_POST = `POST ${EXECUTE} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** All that comes back on a connection of its own, until the server closes it; `later` is sent once something has come. */
async function exchange(port: number, sent: string, later = ""): Promise<string> {
  const socket = createConnection(port, "127.0.0.1");
  // Who goes on sending what nobody reads is reset: what came until then counts.
  socket.on("error", () => undefined);
  socket.write(sent);
  let received = "";
  socket.once("data", () => socket.write(later));
  socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
  await once(socket, "close");
  return received;
}

async function ask(sent: string, later?: string): Promise<string> {
  const server = await serveApi(scriptedApi().api, { host: "127.0.0.1", port: 0, clock: systemClock });
  open.push(() => server.close(0));
  return exchange(server.port, sent, later);
}

function responseOf(message: string): Response {
  const [head = "", body = ""] = message.split("\r\n\r\n");
  const [statusLine = "", ...fields] = head.split("\r\n");
  const headers = fields.map((field) => field.split(": ") as [string, string]);
  const response = new Response(body, { status: Number(statusLine.split(" ")[1]), headers });
  expect(response.headers.get("connection")).toBe("close");
  expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(body)));
  return response;
}

describe("what is refused before the app sees it", () => {
  it.each([
    ["what is no HTTP", "hello\r\n\r\n", { code: "INVALID_INPUT", instance: "/" }],
    ["a header that is none", "GET / HTTP/1.1\r\nhost: a\r\nb\r\n\r\n", { code: "INVALID_INPUT" }],
    ["another version", "GET / HTTP/7.1\r\nhost: a\r\n\r\n", { code: "INVALID_INPUT" }],
    ["a bad chunk", `${JSON_POST}transfer-encoding: chunked\r\n\r\nzz\r\n`, { code: "INVALID_INPUT" }],
    ["two lengths", `${JSON_POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, { code: "INVALID_INPUT" }],
    ["no host", "GET /health?x HTTP/1.1\r\n\r\n", { code: "INVALID_INPUT", instance: "/health" }],
    ["large headers", `GET / HTTP/1.1\r\nhost: a\r\nb: ${"c".repeat(17_000)}\r\n\r\n`, { code: "HEADERS_TOO_LARGE" }],
    ["an expectation", `${JSON_POST}expect: tea\r\ncontent-length: 2\r\n\r\n{}`, { code: "EXPECTATION_FAILED" }],
  ])("answers %s with a problem, and closes", async (_, sent, expected) => {
    expect(await problemOf(responseOf(await ask(sent)))).toMatchObject(expected);
  });

  it("still meets the expectation to go on", async () => {
    const answer = await ask(`${JSON_POST}expect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  it("takes HTTP/1.0 without a host", async () => {
    expect(await ask("GET /health HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each([
    ["headers", "GET / HTTP/1.1\r\nhost: a\r\n"],
    ["a body", `${JSON_POST}content-length: 2\r\n\r\n{`],
  ])("answers %s that never end", async (_, sent) => {
    const limits = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
    const server = createServer(limits, (incoming) => void text(incoming).catch(() => undefined));
    answerClientErrors(server, { began: () => undefined, isAnswering: () => false });
    await once(server.listen(0, "127.0.0.1"), "listening");
    open.push(async () => once(server.close(), "close"));
    const answer = await exchange((server.address() as AddressInfo).port, sent);
    expect(await problemOf(responseOf(answer))).toMatchObject({ code: "REQUEST_TIMEOUT", status: 408 });
  });

  it("writes nothing into an answer that has begun", async () => {
    const answer = await ask("GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n", "hello\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).not.toContain("not valid HTTP");
  });
});
