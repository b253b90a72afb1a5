// An engine that reads what a program in another language writes: examples/python/produce-sentiment.py.
import { createNode, defineEngine, product, stream } from "nautilus-awareness";
import { z } from "zod";

const NewsSentiment = product("news.sentiment", {
  version: 1,
  channel: "engineLogic",
  description: "How the news speak of a symbol.",
  schema: z.object({ symbol: z.string(), score: z.number().min(-1).max(1) }),
});

const sentimentEngine = defineEngine({
  id: "SENTIMENT_ENGINE",
  name: "Sentiment Engine",
  version: "1.0.0",
  streams: [stream({ on: NewsSentiment, handle: ({ symbol, score }) => console.log(`${symbol} ${score}`) })],
});

const node = createNode(
  {
    feed: false,
    engines: [],
    logLevel: "warn",
    bridge: ["news.sentiment:in"],
    redisEngineLogic: process.argv[2] ?? "redis://127.0.0.1:6381",
  },
  { definitions: [sentimentEngine] },
);
await node.start();
console.log("waiting for news");
process.once("SIGINT", () => void node.stop());
