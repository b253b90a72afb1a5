// A class that was there before, made an engine: the lines between the two marks are all that is added.
import { EventEmitter } from "node:events";
import { createNode, defineEngine, MarketBar, product, stream, type EngineBehaviour } from "nautilus-awareness";
import { z } from "zod";

interface Jump {
  symbol: string;
  date: string;
  change: number;
}

/** Says "jump" whenever a price moves by more than its threshold from one bar to the next. */
class JumpDetector extends EventEmitter<{ jump: [Jump] }> {
  readonly #last = new Map<string, number>();

  constructor(readonly threshold: number) {
    super();
  }

  onPrice(symbol: string, date: string, price: number): void {
    const change = price / (this.#last.get(symbol) ?? price) - 1;
    this.#last.set(symbol, price);
    if (Math.abs(change) > this.threshold) this.emit("jump", { symbol, date, change });
  }
}

// <added>
const schema = z.object({ symbol: z.string(), date: z.iso.date(), change: z.number() });
const PriceJump = product("market.jump", { version: 1, channel: "marketData", description: "A price jumped.", schema });
const create = (detector = new JumpDetector(0.06)) =>
  ({
    streams: [stream({ on: MarketBar, handle: ({ symbol, date, close }) => detector.onPrice(symbol, date, close) })],
    publishes: [PriceJump],
    start: (context) => void detector.on("jump", (jump) => context.publish(PriceJump, jump, jump.symbol)),
  }) satisfies EngineBehaviour;
const jumpEngine = defineEngine({ id: "JUMP_ENGINE", name: "Jump Engine", version: "1.0.0", create: () => create() });
// </added>

const listener = defineEngine({
  id: "LISTENER",
  name: "Listener",
  version: "1.0.0",
  streams: [
    stream({
      on: PriceJump,
      handle: ({ symbol, date, change }) => console.log(`${date} ${symbol} ${(100 * change).toFixed(1)} %`),
    }),
  ],
});

const node = createNode({ speed: "max", universe: 0, logLevel: "warn" }, { definitions: [jumpEngine, listener] });
await node.start();
await node.stop();
