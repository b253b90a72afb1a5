import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { property } from "../support/property.js";
import { EventReader } from "./support/event-reader.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi, type ScriptedApi } from "./support/scripted-api.js";
import { nodeEvent } from "./support/views.js";

const EVENTS = "/api/v1/events";

async function reader({ get }: ScriptedApi, path = EVENTS, init?: RequestInit): Promise<EventReader> {
  const events = new EventReader(await get(path, init));
  expect(await events.messages(1)).toEqual(["retry: 2000"]);
  return events;
}

async function metric({ get }: ScriptedApi, name: string): Promise<number> {
  const text = await (await get("/metrics")).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
}

describe("GET /api/v1/events", () => {
  it("is an event stream that begins now", async () => {
    const scripted = scriptedApi();
    scripted.node.emit(3);
    const response = await scripted.get(EVENTS);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = new EventReader(response);
    scripted.node.emit();
    expect(await events.messages(2)).toEqual(["retry: 2000", `id: 4\ndata: ${JSON.stringify(nodeEvent(4))}`]);
  });

  it("resumes after the last event that the client has, and goes on", async () => {
    const scripted = scriptedApi();
    scripted.node.emit(5);
    const events = await reader(scripted, `${EVENTS}?after=0`, { headers: { "last-event-id": "3" } });
    expect(await events.ids(2)).toEqual([4, 5]);
    scripted.node.emit(2);
    expect(await events.ids(2)).toEqual([6, 7]);
  });

  it("gives everything that is kept after 0", async () => {
    const scripted = scriptedApi();
    scripted.node.emit(1000);
    const events = await reader(scripted, `${EVENTS}?after=0`);
    expect(await events.ids(1000)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it("says how many events are no longer kept", async () => {
    const scripted = scriptedApi();
    scripted.node.emit(1010);
    const events = await reader(scripted, `${EVENTS}?after=4`);
    expect(await events.messages(1)).toEqual(['event: gap\ndata: {"reason":"expired","missed":6}']);
    expect(await events.ids(1)).toEqual([11]);
  });

  it("begins anew for a client that knew an earlier life of the node", async () => {
    const scripted = scriptedApi();
    scripted.node.emit(2);
    const events = await reader(scripted, EVENTS, { headers: { "last-event-id": "900" } });
    expect(await events.messages(1)).toEqual(['event: gap\ndata: {"reason":"restarted","missed":null}']);
    expect(await events.ids(2)).toEqual([1, 2]);
  });

  it("tells a slow client what it missed, and counts it", async () => {
    const scripted = scriptedApi();
    const events = await reader(scripted);
    scripted.node.emit(1500);
    const [first] = await events.ids(1);
    expect(first).toBe(1);
    const [gap] = await events.messages(1);
    const { reason, missed } = JSON.parse(gap?.replace("event: gap\ndata: ", "") ?? "") as Record<string, unknown>;
    expect(reason).toBe("slow");
    const rest = await events.ids(1024);
    expect(rest[0]).toBe(2 + Number(missed));
    expect(rest.at(-1)).toBe(1500);
    expect(await metric(scripted, "nautilus_http_events_dropped_total")).toBe(missed);
    expect(await metric(scripted, "nautilus_http_events_sent_total")).toBe(1500 - Number(missed));
  });

  property([fc.array(fc.integer({ min: -1200, max: 1500 }), { maxLength: 6 })], { numRuns: 50 })(
    "delivers every event once and in order, or says how many it left out",
    async (steps) => {
      const scripted = scriptedApi();
      const events = await reader(scripted);
      let [known, emitted] = [0, 0];
      const take = async (): Promise<void> => {
        const [message = ""] = await events.messages(1);
        const missed = /"missed":(\d+)/.exec(message)?.[1];
        if (missed !== undefined) known += Number(missed);
        else expect(message).toMatch(new RegExp(`^id: ${++known}\n`));
      };
      for (const step of steps) {
        scripted.node.emit(Math.max(step, 0));
        emitted += Math.max(step, 0);
        for (let taken = 0; taken < -step && known < emitted; taken += 1) await take();
      }
      while (known < emitted) await take();
      expect(known).toBe(emitted);
      await events.cancel();
    },
  );

  it("beats while nothing happens", async () => {
    const scripted = scriptedApi();
    const events = await reader(scripted);
    const beat = events.messages(1);
    await scripted.clock.advance(15_000);
    expect(await beat).toEqual([": heartbeat"]);
  });

  it("leaves nothing behind when the client cancels", async () => {
    const scripted = scriptedApi();
    const events = await reader(scripted);
    expect(await metric(scripted, "nautilus_http_event_clients")).toBe(1);
    await events.cancel();
    expect(scripted.node.listeners).toBe(0);
    expect(scripted.clock.pending).toBe(0);
    expect(await metric(scripted, "nautilus_http_event_clients")).toBe(0);
  });

  it("ends when the client goes away", async () => {
    const scripted = scriptedApi();
    const client = new AbortController();
    const events = await reader(scripted, EVENTS, { signal: client.signal });
    client.abort();
    expect(await events.messages(1)).toEqual([]);
    expect(scripted.node.listeners).toBe(0);
    expect(scripted.clock.pending).toBe(0);
  });

  it("opens no stream for HEAD, nor for a client that has gone", async () => {
    const scripted = scriptedApi();
    const response = await scripted.api.request(EVENTS, { method: "HEAD" });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await scripted.get(EVENTS, { signal: AbortSignal.abort() });
    expect(scripted.node.listeners).toBe(0);
    expect(scripted.clock.pending).toBe(0);
  });

  it("has room for 64 clients", async () => {
    const scripted = scriptedApi();
    const clients = await Promise.all(Array.from({ length: 64 }, () => reader(scripted)));
    expect(await problemOf(await scripted.get(EVENTS))).toMatchObject({ code: "OVERLOADED" });
    await clients[0]?.cancel();
    expect((await scripted.get(EVENTS)).status).toBe(200);
  });

  it.each([
    [`${EVENTS}?after=now`, undefined, "after"],
    [EVENTS, { "last-event-id": "-1" }, "last-event-id"],
    [`${EVENTS}?since=1`, undefined, "since"],
  ])("refuses %s with headers %j", async (path, headers, field) => {
    const { get } = scriptedApi();
    const problem = await problemOf(await get(path, headers === undefined ? {} : { headers }));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ path: field }] } });
  });
});
