#!/usr/bin/env node
// The program: one command line, run to its end.
import { processIo } from "./cli/process-io.js";
import { runCli } from "./cli/run-cli.js";

process.exitCode = await runCli(process.argv.slice(2), processIo());
