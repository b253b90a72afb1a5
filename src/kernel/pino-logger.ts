// Log lines as JSON on stderr, so that stdout stays the program's own.
import { pino, type Logger as PinoLogger } from "pino";
import type { Logger, LogLevel } from "../contracts/logger.js";

export function createLogger(level: LogLevel): Logger {
  return wrap(pino({ level, base: null }, pino.destination({ fd: 2, sync: true })));
}

function wrap(logger: PinoLogger): Logger {
  return {
    error: (fields, message) => {
      logger.error(fields, message);
    },
    warn: (fields, message) => {
      logger.warn(fields, message);
    },
    info: (fields, message) => {
      logger.info(fields, message);
    },
    debug: (fields, message) => {
      logger.debug(fields, message);
    },
    child: (fields) => wrap(logger.child(fields)),
  };
}
