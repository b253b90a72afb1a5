// The AsyncAPI 3.0 document of a node: generated from its options, and from the schemas that its messages are checked with.
import { ForeignEventSchema } from "../contracts/bridge.js";
import { EnvelopeSchema } from "../contracts/envelope.js";
import type { Messaging, MessagingServer, MessagingStream } from "../contracts/views/messaging.js";
import type { Product } from "../contracts/product.js";
import { componentName, dataSchema, eventSchema, ref, withoutDialect, type JsonObject } from "./asyncapi-schemas.js";

const CLOUD_EVENT = "application/cloudevents+json";

const DESCRIPTION =
  "What flows to and from this node as messages, beside its HTTP API (`/openapi.json`). Channels named `bridge.…` are for " +
  "other programs: one message is one CloudEvent as JSON. Channels named `stream.…` are the node's own: over Redis, nodes send " +
  "each other batches there, in a form that may change with any version.";

const STREAM =
  "A stream: `XREAD`, `XADD`. An entry holds the event as JSON in its field `event`, and each typed array of its data, " +
  "little-endian, in a field named by its kind and its place, like `float64:/data/values`; in the event, null stands there.";

const CARRIERS = {
  marketData: "A pub/sub channel: `SUBSCRIBE`, `PUBLISH`. What is said while nobody listens is not kept.",
  engineLogic: STREAM,
  neuralGpu: STREAM,
} as const;

export function asyncApiDocument(
  { servers, streams, batch }: Messaging,
  { version }: { readonly version: string },
): JsonObject {
  const bridged = streams.filter(({ bridge }) => bridge !== undefined);
  const isNetworked = streams.some(({ address }) => address !== null);
  const needsPassword = servers.some((server) => server.needsPassword);
  return {
    asyncapi: "3.0.0",
    info: { title: "Nautilus Awareness", version, description: DESCRIPTION, license: { name: "MIT" } },
    defaultContentType: CLOUD_EVENT,
    ...(servers.length > 0 && {
      servers: Object.fromEntries(servers.map((server) => [server.channel, serverOf(server)])),
    }),
    channels: Object.fromEntries([
      ...bridged.map((stream) => [bridgeName(stream), bridgeChannel(stream)] as const),
      ...streams.map((stream) => [streamName(stream), streamChannel(stream)] as const),
    ]),
    operations: Object.fromEntries([...bridged.map(bridgeOperation), ...streams.flatMap(streamOperations)]),
    components: {
      messages: Object.fromEntries([
        ...streams.map(({ product }) => [componentName(product), eventMessage(product, "Event")] as const),
        ...bridged.filter(isIn).map(foreignMessage),
        ...(isNetworked ? [["Batch", BATCH_MESSAGE] as const] : []),
      ]),
      schemas: {
        Event: eventSchema(EnvelopeSchema, "What this node writes: a CloudEvent, with what its own nodes go by."),
        ForeignEvent: eventSchema(
          ForeignEventSchema,
          "What another program writes: no more than CloudEvents asks for.",
        ),
        ...Object.fromEntries(streams.map(({ product }) => [componentName(product), dataSchema(product)])),
        ...(isNetworked && { Batch: withoutDialect(batch) }),
      },
      ...(needsPassword && { securitySchemes: { password: { type: "userPassword" } } }),
    },
  };
}

function serverOf({ channel, url, needsPassword }: MessagingServer): JsonObject {
  const { protocol, host, pathname } = new URL(url);
  return {
    host,
    ...(pathname.length > 1 && { pathname }),
    protocol: protocol.slice(0, -1),
    description: `Redis server of the channel ${channel}.`,
    ...(needsPassword && { security: [ref("securitySchemes", "password")] }),
  };
}

function bridgeName({ product }: MessagingStream): string {
  return `bridge.${componentName(product)}`;
}

function streamName({ product }: MessagingStream): string {
  return `stream.${componentName(product)}`;
}

function bridgeChannel(stream: MessagingStream): JsonObject {
  const { product, bridge } = stream;
  return {
    address: bridge?.key ?? null,
    title: product.key,
    description: `${product.description} ${CARRIERS[product.channel]}`,
    servers: [{ $ref: `#/servers/${product.channel}` }],
    messages: { event: ref("messages", bridgedMessage(stream)) },
  };
}

function isIn({ bridge }: MessagingStream): boolean {
  return bridge?.direction === "in";
}

/** Other programs need to say less. */
function bridgedMessage(stream: MessagingStream): string {
  return isIn(stream) ? `foreign.${componentName(stream.product)}` : componentName(stream.product);
}

function foreignMessage(stream: MessagingStream): readonly [string, JsonObject] {
  return [bridgedMessage(stream), eventMessage(stream.product, "ForeignEvent")];
}

function streamChannel({ product, address, publishers, readers }: MessagingStream): JsonObject {
  const ends = `Published by ${publishers.join(", ") || "nobody here"}; read by ${readers.join(", ") || "nobody here"}.`;
  const common = { address, title: product.key, description: `${product.description} ${ends}` };
  if (address === null) return { ...common, messages: { event: ref("messages", componentName(product)) } };
  return {
    ...common,
    servers: [{ $ref: `#/servers/${product.channel}` }],
    messages: { batch: ref("messages", "Batch") },
  };
}

function bridgeOperation(stream: MessagingStream): readonly [string, JsonObject] {
  const { product } = stream;
  const isOut = !isIn(stream);
  const summary = isOut
    ? `What engines of this node publish as ${product.key}, for other programs.`
    : `What other programs write as ${product.key}; what does not fit is refused and counted.`;
  return [`${isOut ? "send" : "receive"}.${bridgeName(stream)}`, operationOn(bridgeName(stream), { isOut, summary })];
}

function streamOperations(stream: MessagingStream): readonly (readonly [string, JsonObject])[] {
  const name = streamName(stream);
  const { product, publishers, readers } = stream;
  const sends = [`send.${name}`, operationOn(name, { isOut: true, summary: `Publishes ${product.key}.` })] as const;
  const receives = [`receive.${name}`, operationOn(name, { isOut: false, summary: `Reads ${product.key}.` })] as const;
  return [...(publishers.length > 0 ? [sends] : []), ...(readers.length > 0 ? [receives] : [])];
}

function operationOn(channel: string, { isOut, summary }: { isOut: boolean; summary: string }): JsonObject {
  return { action: isOut ? "send" : "receive", channel: { $ref: `#/channels/${channel}` }, summary };
}

/** The type of the event says whose data it holds. */
function eventMessage(product: Product, event: "Event" | "ForeignEvent"): JsonObject {
  const ofProduct = {
    type: "object",
    properties: { type: { const: product.key }, data: ref("schemas", componentName(product)) },
  };
  return {
    name: product.key,
    title: product.key,
    summary: product.description,
    contentType: CLOUD_EVENT,
    payload: { allOf: [ref("schemas", event), ofProduct] },
  };
}

const BATCH_MESSAGE: JsonObject = {
  name: "batch",
  title: "Messages that nodes send each other together",
  contentType: "application/json",
  summary:
    "Events with the sender's sequence. Typed arrays are taken out of the data, where null stands for them, and listed in " +
    "`arrays` as message, kind and place. Over pub/sub a batch without arrays is this JSON; one with arrays is a zero byte, three " +
    "bytes of nothing, the length of the JSON, the JSON, and before each array its length and as many bytes as let it begin at a " +
    "multiple of eight; lengths are 32 bits, little-endian. In a stream the JSON and the arrays are fields of an entry, and a field " +
    "`for` names the nodes that it is for, where it was sent before and is not for all. Small batches of engineLogic are said over pub/sub, at the stream's address with " +
    "`live` for `log`, and are in the stream only where they have to be kept: where they begin with a space, not yet. `done` " +
    "tells other publishers along with it which of their batches the sender is done with: view, topic, sequence.",
  payload: ref("schemas", "Batch"),
};
