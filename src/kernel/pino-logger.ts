// Log lines as JSON on stderr, so that stdout stays the program's own.
import { pino, type Logger as PinoLogger } from "pino";
import type { Logger, LogLevel } from "../contracts/logger.js";

/** Of lines that could not be written yet: those that come when it is full are lost. */
const WAITING_LIMIT_BYTES = 1_048_576;

export function createLogger(level: LogLevel): Logger {
  const destination = pino.destination({ fd: 2, sync: true, maxLength: WAITING_LIMIT_BYTES });
  // A log on a full disk is no failure of what is logged: unheard, the error would be thrown at whoever logs.
  destination.on("error", () => undefined);
  return wrap(pino({ level, base: null }, destination));
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
