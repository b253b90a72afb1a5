// Takes frames in, in order of date: what can be a bar goes into the store as it is, what cannot is refused, and both that
// and what looks suspicious is recorded. A judgement never uses anything later than its own frame.
import { barFault } from "../../domain/bar-fault.js";
import type { Frame, RawBar } from "../../domain/market-feed.js";
import type { BarStore } from "./bar-store.js";
import type { DataQuality, FindingKind } from "./data-quality.js";
import { suspectSplit, type OvernightMove } from "./split-suspicion.js";

export class BarIntake {
  readonly #store: BarStore;
  readonly #quality: DataQuality;

  constructor(store: BarStore, quality: DataQuality) {
    this.#store = store;
    this.#quality = quality;
  }

  /** Returns the bars that were taken. */
  take(frame: Frame): readonly RawBar[] {
    const { lastDate } = this.#store;
    if (lastDate !== undefined && frame.date <= lastDate) {
      for (const bar of frame.bars) this.#refuse("order", bar, `comes after the frame of ${lastDate}`);
      return [];
    }
    this.#quality.frames += 1;
    const number = this.#store.openFrame(frame.date);
    const taken: RawBar[] = [];
    const moves: OvernightMove[] = [];
    for (const raw of frame.bars) {
      const bar = normalised(raw);
      const last = this.#lastBar(bar.symbol);
      if (!this.#isAcceptable(bar, frame.date, last?.frame === number)) continue;
      if (last !== undefined) moves.push(moveSince(last.close, bar));
      this.#store.append(bar);
      taken.push(bar);
    }
    this.#quality.barsTaken += taken.length;
    this.#recordSplits(frame.date, moves);
    for (const { symbol } of this.#store.closeFrame()) this.#record("gap", { symbol, date: frame.date }, "no bar");
    return taken;
  }

  #isAcceptable(bar: RawBar, date: string, isSecond: boolean): boolean {
    if (bar.date !== date) return this.#refuse("order", bar, `stands in the frame of ${date}`);
    if (isSecond) return this.#refuse("duplicate", bar, "a second bar of the date; the first is kept");
    const fault = barFault(bar);
    return fault === undefined || this.#refuse(fault.kind, bar, `${fault.column}: ${fault.reason}`);
  }

  /** A close too long ago says nothing of the night: then there is none. */
  #lastBar(symbol: string): { readonly frame: number; readonly close: number } | undefined {
    const series = this.#store.series.get(symbol);
    if (series === undefined || !this.#store.isTrading(series)) return undefined;
    return { frame: series.lastFrame, close: series.closeOf(series.length - 1) };
  }

  #recordSplits(date: string, moves: readonly OvernightMove[]): void {
    for (const move of moves) {
      const suspicion = suspectSplit(move, moves);
      if (suspicion !== undefined) this.#record("split", { symbol: move.symbol, date }, suspicion);
    }
  }

  #refuse(kind: FindingKind, bar: RawBar, detail: string): false {
    this.#quality.barsRefused += 1;
    this.#record(kind, bar, detail);
    return false;
  }

  #record(kind: FindingKind, { symbol, date }: Pick<RawBar, "symbol" | "date">, detail: string): void {
    this.#quality.add({ kind, symbol, date, detail });
  }
}

/** One spelling of a symbol, one zero. */
function normalised(bar: RawBar): RawBar {
  const symbol = bar.symbol.trim();
  return symbol === bar.symbol && !Object.is(bar.volume, -0) ? bar : { ...bar, symbol, volume: bar.volume + 0 };
}

function moveSince(lastClose: number, { symbol, open, close }: RawBar): OvernightMove {
  return { symbol, toOpen: Math.log(open / lastClose), toClose: Math.log(close / lastClose) };
}
