// The dead letters of a bus as a page.
import type { Bus, DeadLetter } from "../contracts/bus.js";
import type { DeadLetterPage, DeadLetterQuery, DeadLetterView } from "../contracts/views/dead-letters.js";
import { jsonCopy, type CopyLimits } from "../contracts/json-safe.js";

/** Of one message's data, and of that of a whole page. */
const ONE: Required<CopyLimits> = { maxValues: 1_000, maxCharacters: 16_384 };
const PAGE: Required<CopyLimits> = { maxValues: 100_000, maxCharacters: 1_048_576 };

export function listDeadLetters(bus: Bus, { limit, before = Infinity, data = false }: DeadLetterQuery): DeadLetterPage {
  const letters = bus.deadLetters();
  const total = bus.stats().deadLetters;
  /** Of the oldest that is kept. */
  const first = total - letters.length + 1;
  const end = Math.max(0, Math.min(letters.length, before - first));
  const begin = Math.max(0, end - limit);
  const limits = data ? sharesOf(end - begin) : undefined;
  const page = letters.slice(begin, end).map((letter, index) => viewOf(letter, first + begin + index, limits));
  return { deadLetters: page.reverse(), total, kept: letters.length, next: begin > 0 ? first + begin : null };
}

function sharesOf(letters: number): CopyLimits {
  return {
    maxValues: Math.min(ONE.maxValues, Math.floor(PAGE.maxValues / letters)),
    maxCharacters: Math.min(ONE.maxCharacters, Math.floor(PAGE.maxCharacters / letters)),
  };
}

/** `limits`: of the data, which is left out without. */
function viewOf(letter: DeadLetter, sequence: number, limits: CopyLimits | undefined): DeadLetterView {
  const { channel, topic, subscription, reason, attempts, message } = letter;
  const { data, ...attributes } = message;
  const shown = limits !== undefined && data !== undefined && { data: jsonCopy(data, limits) };
  // A program that shares the bus may have written anything into them.
  const head = jsonCopy(attributes, ONE) as typeof attributes;
  return { sequence, channel, topic, subscription, reason, attempts, message: { ...head, ...shown } };
}
