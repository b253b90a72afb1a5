// A logger that keeps what it is told.
import type { LogFields, Logger } from "../../../../src/contracts/logger.js";

export interface LogLine {
  readonly level: "error" | "warn" | "info" | "debug";
  readonly fields: LogFields;
  readonly message: string;
}

export function createRecordingLogger(lines: LogLine[] = []): Logger & { readonly lines: readonly LogLine[] } {
  const keep = (level: LogLine["level"]) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    lines,
    error: keep("error"),
    warn: keep("warn"),
    info: keep("info"),
    debug: keep("debug"),
    child: () => createRecordingLogger(lines),
  };
}
