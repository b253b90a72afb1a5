// The real process, as commands see it.
import { processEnvironment } from "../kernel/environment.js";
import { systemClock } from "../kernel/system-clock.js";
import { watchStalls } from "../kernel/stall-watch.js";
import type { CliIo } from "./cli-io.js";
import { SIGNALS, type HeldSignals } from "./held-signals.js";

/** @param held the signals since the process began */
export function processIo(held: HeldSignals): CliIo {
  // Whoever reads the output may stop reading (| head): that ends the command, and is no failure of it.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`nautilus: the output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  // A complaint that cannot be written is lost, whether nobody reads or the disk is full: a node still has to serve, drain and
  // end. Left alone, each lost line would be a stray error that is complained about in turn, without an end.
  process.stderr.on("error", () => undefined);
  return {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    env: processEnvironment(),
    cwd: process.cwd(),
    nodeVersion: process.version,
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    onSignal: (listener) => {
      for (const signal of SIGNALS) process.on(signal, listener);
      const signal = held.release();
      if (signal !== undefined) listener(signal);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    endOnSignals: () => {
      const signal = held.release();
      if (signal !== undefined) process.kill(process.pid, signal);
    },
    onStrayError: (listener) => {
      process.on("uncaughtException", listener);
      process.on("unhandledRejection", listener);
      return () => {
        process.off("uncaughtException", listener);
        process.off("unhandledRejection", listener);
      };
    },
    watchStalls: (limitMs) => watchStalls({ clock: systemClock, limitMs }),
    exit: (code) => process.exit(code),
  };
}
