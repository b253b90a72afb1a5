#!/usr/bin/env node
// The program: one command line, run to its end.
import { holdSignals } from "./cli/held-signals.js";

const signals = holdSignals();
// Only now what takes time to load.
const [{ processIo }, { runCli }] = await Promise.all([import("./cli/process-io.js"), import("./cli/run-cli.js")]);

process.exitCode = await runCli(process.argv.slice(2), processIo(signals));
