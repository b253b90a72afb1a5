// A logger that keeps what it is told.
import type { LogFields, Logger } from "../../../src/contracts/logger.js";

export interface LogLine {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly fields: LogFields;
  readonly message: string;
}

export interface KeepingLogger extends Logger {
  readonly lines: readonly LogLine[];
}

export function keepingLogger(): KeepingLogger {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine["level"]) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message });
    };
  const logger: KeepingLogger = {
    lines,
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: () => logger,
  };
  return logger;
}
