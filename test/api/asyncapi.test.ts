import asyncapi from "@asyncapi/specs";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, it } from "vitest";
import { writeEvent } from "../../src/buses/bridge/bridge-event.js";
import type { Envelope } from "../../src/contracts/envelope.js";
import type { NodeOptions } from "../../src/contracts/options.js";
import { topics } from "../../src/contracts/topics.js";
import { MarketBar } from "../../src/domain/products/market.js";
import { NODE_VERSION } from "../../src/node/version.js";
import { BridgedNode, Signal, Tensor } from "../unit/node/support/bridged-node.js";

type Parts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Document {
  readonly info: { version: string };
  readonly servers?: Parts;
  readonly channels: Parts;
  readonly operations: Parts;
  readonly components: Readonly<Record<string, Parts>>;
}

/** The official schema, offline. */
const ASYNCAPI: object = asyncapi.schemasWithoutId["3.0.0"];
const isAsyncApi = new Ajv({ strict: false, validateFormats: false }).compile(ASYNCAPI);

async function textOf(options: NodeOptions): Promise<string> {
  const { node } = new BridgedNode(options);
  const response = await node.fetch(new Request("http://localhost/asyncapi.json"));
  expect(response.status).toBe(200);
  await node.stop();
  return response.text();
}

async function documentOf(options: NodeOptions): Promise<Document> {
  return JSON.parse(await textOf(options)) as Document;
}

/** Says whether a value is what the document says of a message. */
function checkOf(document: Document, message: string): ValidateFunction {
  return new Ajv({ strict: false, validateFormats: false }).compile({
    ...document,
    $ref: `#/components/messages/${message}/payload`,
  });
}

function eventOf(type: string, data: unknown): Envelope {
  const time = "2024-02-29T12:00:00.000Z";
  const ours = { priority: "normal", incarnation: 1, sequence: 0 } as const;
  return { specversion: "1.0", id: "1", source: "x", type, time, ...ours, data };
}

const OUT_AND_IN: NodeOptions = { bridge: ["market.*:out", "test.signal:in", "test.tensor:out"], namespace: "tea" };

describe("GET /asyncapi.json", () => {
  it.each<[string, NodeOptions]>([
    ["alone", {}],
    ["with a bridge", OUT_AND_IN],
    ["on Redis", { bus: "redis" }],
    ["on Redis with a bridge", { bus: "redis", ...OUT_AND_IN }],
    ["with passwords", { bus: "redis", redisMarketData: "rediss://me:secret@market.example/3" }],
  ])("is what AsyncAPI 3.0 says, of a node %s", async (_, options) => {
    const document = await documentOf(options);
    isAsyncApi(document);
    expect(isAsyncApi.errors).toBeNull();
    expect(isAsyncApi({ ...document, operations: { nothing: { action: "shout" } } })).toBe(false);
    expect(document).toMatchObject({ asyncapi: "3.0.0", info: { version: NODE_VERSION } });
    const text = JSON.stringify(document);
    for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path.split("/").reduce<unknown>((at, step) => (at as Parts | undefined)?.[step], document);
      expect(found, path).toBeDefined();
    }
  });

  it("describes the streams of the node's engines, wherever they flow", async () => {
    const { channels, operations, servers } = await documentOf({});
    expect(channels["stream.market.bar.v1"]).toMatchObject({ address: null, title: "market.bar@1" });
    expect(operations["send.stream.market.bar.v1"]).toMatchObject({ action: "send" });
    expect(operations["receive.stream.test.signal.v1"]).toMatchObject({ action: "receive" });
    expect(Object.keys(channels).filter((name) => name.startsWith("bridge."))).toEqual([]);
    expect(servers).toBeUndefined();
  });

  it("describes what other programs read and write", async () => {
    const { channels, operations, servers } = await documentOf(OUT_AND_IN);
    expect(channels["bridge.market.bar.v1"]).toMatchObject({
      address: "tea:bridge:market.bar@1",
      servers: [{ $ref: "#/servers/marketData" }],
    });
    expect(operations["send.bridge.market.bar.v1"]).toMatchObject({ action: "send" });
    expect(operations["receive.bridge.test.signal.v1"]).toMatchObject({ action: "receive" });
    expect(servers).toMatchObject({ marketData: { host: "127.0.0.1:6380", protocol: "redis" } });
  });

  it("names servers, and no credentials", async () => {
    const text = await textOf({ bus: "redis", redisMarketData: "rediss://me:secret@market.example/3" });
    expect(text).not.toMatch(/secret|me:/);
    expect((JSON.parse(text) as Document).servers?.["marketData"]).toMatchObject({
      host: "market.example:6379",
      pathname: "/3",
      protocol: "rediss",
      security: [{ $ref: "#/components/securitySchemes/password" }],
    });
  });

  it("says where and how nodes talk to each other", async () => {
    const { channels, components } = await documentOf({ bus: "redis", namespace: "tea" });
    expect(channels["stream.market.bar.v1"]).toMatchObject({
      address: `tea:marketData:live:${topics.stream(MarketBar)}`,
      messages: { batch: { $ref: "#/components/messages/Batch" } },
    });
    expect(channels["stream.test.signal.v1"]).toMatchObject({
      address: `tea:engineLogic:log:${topics.stream(Signal)}`,
    });
    expect(components["schemas"]?.["Batch"]).toMatchObject({ required: ["format", "from", "sequence", "messages"] });
  });

  it("holds the schemas that messages have", async () => {
    const document = await documentOf(OUT_AND_IN);
    const bar = { symbol: "A", date: "2024-02-29", open: 1, high: 1, low: 1, close: 1, volume: 1, origin: "real" };
    const isBar = checkOf(document, "market.bar.v1");
    expect(isBar(JSON.parse(writeEvent(eventOf(MarketBar.key, bar)).text))).toBe(true);
    expect(isBar(eventOf("market.bar@2", bar))).toBe(false);
    expect(isBar(eventOf(MarketBar.key, { ...bar, close: "1" }))).toBe(false);

    const isTensor = checkOf(document, "test.tensor.v1");
    const tensor = writeEvent(eventOf(Tensor.key, { shape: [1], values: Float64Array.of(1) }));
    expect(isTensor(JSON.parse(tensor.text))).toBe(true);

    const isSignal = checkOf(document, "foreign.test.signal.v1");
    const least = { specversion: "1.0", id: "1", source: "x", type: Signal.key, data: { symbol: "A", strength: 1 } };
    expect(isSignal(least)).toBe(true);
    expect(isSignal({ ...least, id: undefined })).toBe(false);
    expect(checkOf(document, "test.signal.v1")(least)).toBe(false);
  });
});
