// An engine of one's own: it declares what it needs and gives, and the network finds out the rest.
import { createNode, defineEngine, MarketHistory, operation, product } from "nautilus-awareness";
import { z } from "zod";

const Momentum = product("signal.momentum", {
  version: 1,
  channel: "engineLogic",
  description: "Return of each symbol over the lookback.",
  schema: z.record(z.string(), z.number()),
});

const momentumEngine = defineEngine({
  id: "MOMENTUM_ENGINE",
  name: "Momentum Engine",
  version: "1.0.0",
  operations: [
    operation({
      name: "rank_momentum",
      version: 1,
      needs: { history: MarketHistory },
      gives: Momentum,
      run: ({ history: { symbols, dates, close } }) =>
        Object.fromEntries(
          symbols.map((symbol, s) => [symbol, close.at((s + 1) * dates.length - 1)! / close[s * dates.length]! - 1]),
        ),
    }),
  ],
});

const node = createNode({ speed: "max", logLevel: "warn" }, { definitions: [momentumEngine] });
await node.start();
const run = await node.request({ products: ["signal.momentum"], universe: ["SPX", "AAPL"], lookbackBars: 60 });
console.log(run.steps.map(({ id }) => id).join(" → "), run.result);
await node.stop();
