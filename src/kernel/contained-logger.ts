// A logger of the embedding program's, such that its failures stay its own: no line is worth a run, an engine or a node.
import type { LogFields, Logger } from "../contracts/logger.js";

/** The same logger, which never throws: a line that cannot be written is lost. */
export function containedLogger(logger: Logger): Logger {
  const contained =
    (level: "error" | "warn" | "info" | "debug") =>
    (fields: LogFields, message: string): void => {
      try {
        logger[level](fields, message);
      } catch {
        // There is nowhere else to say it.
      }
    };
  const own: Logger = {
    error: contained("error"),
    warn: contained("warn"),
    info: contained("info"),
    debug: contained("debug"),
    child: (fields) => {
      try {
        return containedLogger(logger.child(fields));
      } catch {
        return own;
      }
    },
  };
  return own;
}
