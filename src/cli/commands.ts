// The commands, and the options of each. Each is loaded when it is called: asking a node needs nothing of what makes one.
import { command, type Command } from "./command.js";
import {
  ASK_OPTIONS,
  NODE_ADDRESS,
  PARTNERSHIP_FLAGS,
  REDIS_OPTIONS,
  SIMULATE_OPTIONS,
  START_OPTIONS,
} from "./command-options.js";
import { REQUEST_FLAGS } from "./request-options.js";

export const COMMANDS: readonly Command[] = [
  command({
    name: "start",
    summary: "run a node until it is told to stop",
    options: START_OPTIONS,
    endsInOrder: true,
    run: async (invocation, io) => (await import("./start.js")).start(invocation, io),
  }),
  command({
    name: "run",
    summary: "have a running node carry out a workflow",
    operands: ["workflow"],
    options: { ...REQUEST_FLAGS, ...ASK_OPTIONS },
    run: async (invocation, io) => (await import("./run.js")).run(invocation, io),
  }),
  command({
    name: "status",
    summary: "show how a running node is",
    options: ASK_OPTIONS,
    run: async (invocation, io) => (await import("./status.js")).status(invocation, io),
  }),
  command({
    name: "engines",
    summary: "list the engines that a running node knows",
    options: ASK_OPTIONS,
    run: async (invocation, io) => (await import("./engines.js")).engines(invocation, io),
  }),
  command({
    name: "topology",
    summary: "show which engine gave what to which",
    options: ASK_OPTIONS,
    run: async (invocation, io) => (await import("./topology.js")).topology(invocation, io),
  }),
  command({
    name: "simulate",
    summary: "run a whole network on a virtual clock, with faults",
    options: SIMULATE_OPTIONS,
    details: async () => (await import("./simulate.js")).simulateHelp(),
    run: async (invocation, io) => (await import("./simulate.js")).simulate(invocation, io),
  }),
  command({
    name: "partnerships",
    summary: "list what engines have agreed on, and how it goes",
    options: { ...PARTNERSHIP_FLAGS, ...ASK_OPTIONS },
    run: async (invocation, io) => (await import("./partnerships.js")).partnerships(invocation, io),
  }),
  command({
    name: "doctor",
    summary: "check whether a node can run here",
    options: { ...NODE_ADDRESS, ...REDIS_OPTIONS },
    run: async (invocation, io) => (await import("./doctor.js")).doctor(invocation, io),
  }),
];

/** Known by name, not built into this version. */
export const FUTURE_COMMANDS = ["decisions", "replay"];
