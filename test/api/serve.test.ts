import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { createConnection } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { serveApi, type ApiServer } from "../../src/api/serve.js";
import { NautilusError } from "../../src/contracts/errors.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { EventReader } from "./support/event-reader.js";
import { scriptedApi, type ScriptedApi } from "./support/scripted-api.js";
import { runView } from "./support/views.js";

const EXECUTE = "/api/v1/workflows/portfolio_optimization/execute";
const LONG_MS = 20_000;

const open: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

async function served(scripted: ScriptedApi, { port = 0, host = "127.0.0.1" } = {}): Promise<ApiServer> {
  const server = await serveApi(scripted.api, { host, port, clock: systemClock });
  open.push(server);
  return server;
}

/** A node whose runs take until the test ends them. */
function heldRun(scripted: ScriptedApi): { begun: Promise<AbortSignal>; finish: () => void } {
  let finish = (): void => undefined;
  const begun = new Promise<AbortSignal>((resolve) => {
    scripted.node.answer = (signal) => {
      if (signal === undefined) throw new Error("a run over HTTP has a signal");
      resolve(signal);
      return new Promise((answer, reject) => {
        finish = () => answer(runView());
        signal.addEventListener("abort", () => reject(new NautilusError("CANCELLED", "the caller went away")));
      });
    };
  });
  return { begun, finish: () => finish() };
}

function ask(server: ApiServer, path: string, options: object = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(`${server.url}${path}`, options, resolve).on("error", reject).end();
  });
}

describe("serveApi", () => {
  it("serves on a free port, and says which", async () => {
    const server = await served(scriptedApi());
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const response = await fetch(`${server.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "healthy" });
  });

  it("says in one line that a port is in use", async () => {
    const { port } = await served(scriptedApi());
    const failure = served(scriptedApi(), { port });
    await expect(failure).rejects.toThrow(NautilusError);
    await expect(failure).rejects.toMatchObject({
      code: "CONFLICT",
      message: `port ${port} on 127.0.0.1 is in use`,
    });
  });

  it("leaves the globals of its process alone", async () => {
    const before = [globalThis.Request, globalThis.Response];
    await served(scriptedApi());
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });

  it("does not answer to another host than it listens on", async () => {
    const server = await served(scriptedApi());
    const answer = await ask(server, "/health", { headers: { host: "evil.example" } });
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(await text(answer))).toMatchObject({ code: "FORBIDDEN" });
  });

  it.each(["127.0.0.256", "127.999.999.999", "xn--localhost", "1.2.3.4.5"])(
    "answers to the host %j, which cannot be one, with a problem",
    async (host) => {
      for (const [boundTo, code] of [
        ["127.0.0.1", "FORBIDDEN"],
        ["0.0.0.0", "INVALID_INPUT"],
      ] as const) {
        const { port } = await served(scriptedApi(), { host: boundTo });
        const url = `http://127.0.0.1:${port}${EXECUTE}?x=1`;
        const sent = httpRequest(url, { method: "POST", headers: { host } }).end();
        const [answer] = (await once(sent, "response")) as [IncomingMessage];
        expect(JSON.parse(await text(answer))).toMatchObject({ code, instance: EXECUTE });
      }
    },
  );

  it("answers a request that cannot be one with a problem", async () => {
    const server = await served(scriptedApi());
    const answer = await ask(server, "/health", { headers: { host: "a b" } });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(await text(answer))).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses a body that grows past the limit without saying so", async () => {
    const server = await served(scriptedApi());
    const sent = httpRequest(`${server.url}${EXECUTE}`, {
      method: "POST",
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
    });
    // The server may stop reading before everything is sent.
    sent.on("error", () => undefined);
    for (let chunk = 0; chunk < 20; chunk += 1) sent.write(" ".repeat(65_536));
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    expect(JSON.parse(await text(answer))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    sent.destroy();
  });

  it("abandons a run whose client has gone", async () => {
    const scripted = scriptedApi();
    const { begun } = heldRun(scripted);
    const server = await served(scripted);
    const client = new AbortController();
    const answer = fetch(`${server.url}${EXECUTE}`, { method: "POST", signal: client.signal });
    const signal = await begun;
    const aborted = once(signal, "abort");
    client.abort();
    await expect(answer).rejects.toThrow();
    await aborted;
  });

  it("ends an event stream when its client goes away", async () => {
    const scripted = scriptedApi();
    const server = await served(scripted);
    const events = new EventReader(await fetch(`${server.url}/api/v1/events`));
    await events.messages(1);
    scripted.node.emit();
    expect(await events.ids(1)).toEqual([1]);
    const left = scripted.node.nextLeave();
    await events.cancel();
    await left;
    expect(scripted.node.listeners).toBe(0);
  });
});

describe("ApiServer.close", () => {
  it("lets a request finish, and accepts no other", async () => {
    const scripted = scriptedApi();
    const { begun, finish } = heldRun(scripted);
    const server = await served(scripted);
    const answer = fetch(`${server.url}${EXECUTE}`, { method: "POST" });
    await begun;
    const closed = server.close(LONG_MS);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    finish();
    expect(await (await answer).json()).toEqual(runView());
    await closed;
  });

  it("cuts off what does not finish in time", async () => {
    const scripted = scriptedApi();
    const { begun } = heldRun(scripted);
    const server = await served(scripted);
    const answer = fetch(`${server.url}${EXECUTE}`, { method: "POST" });
    const signal = await begun;
    const aborted = once(signal, "abort");
    await Promise.all([server.close(1), expect(answer).rejects.toThrow(), aborted]);
  });

  it("does not wait for connections that are only kept", async () => {
    const server = await served(scriptedApi());
    const agent = new Agent({ keepAlive: true });
    await text(await ask(server, "/health", { agent }));
    const silent = createConnection(server.port, "127.0.0.1");
    await once(silent, "connect");
    const ended = once(silent, "close");
    silent.resume();
    await server.close(LONG_MS);
    await ended;
    agent.destroy();
  });

  it("ends event streams, as an end and not as a failure", async () => {
    const scripted = scriptedApi();
    const server = await served(scripted);
    const events = new EventReader(await fetch(`${server.url}/api/v1/events`));
    await events.messages(1);
    await server.close(LONG_MS);
    expect(await events.messages(1)).toEqual([]);
    expect(scripted.node.listeners).toBe(0);
  });

  it("may be called twice", async () => {
    const server = await served(scriptedApi());
    await Promise.all([server.close(LONG_MS), server.close(LONG_MS)]);
  });
});
