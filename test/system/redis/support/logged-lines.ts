// A logger that keeps what it is told, as it would be written.
import { pino } from "pino";
import type { LogFields, Logger } from "../../../../src/contracts/logger.js";

export class LoggedLines implements Logger {
  readonly #kept: string[] = [];
  readonly #pino = pino(
    { level: "debug", base: null, timestamp: false },
    { write: (line: string) => void this.#kept.push(line) },
  );

  get lines(): readonly string[] {
    return this.#kept;
  }

  /** Those that hold `part`. */
  with(part: string): readonly string[] {
    return this.#kept.filter((line) => line.includes(part));
  }

  error(fields: LogFields, message: string): void {
    this.#pino.error(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#pino.warn(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#pino.info(fields, message);
  }

  debug(fields: LogFields, message: string): void {
    this.#pino.debug(fields, message);
  }

  child(): Logger {
    return this;
  }
}
