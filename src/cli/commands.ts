// The commands, and the options of each. Each is loaded when it is called: asking a node needs nothing of what makes one.
import type { Command } from "./command.js";
import { FUTURE_OPTIONS } from "./future-options.js";
import { HOST, NODE_OPTIONS, PORT, REDIS_OPTIONS, TOKEN } from "./node-options.js";
import { PARTNERSHIP_OPTIONS } from "./partnership-options.js";
import { JSON_FLAG, REQUEST_OPTIONS } from "./request-options.js";
import { SIMULATE_OPTIONS } from "./simulate-options.js";

/** Where a running node is. */
const NODE_ADDRESS = [
  { ...PORT, description: "port of the node" },
  { ...HOST, description: "host of the node" },
  { ...TOKEN, description: "bearer token of the node" },
];
const ASK = [...NODE_ADDRESS, JSON_FLAG];

export const COMMANDS: readonly Command[] = [
  {
    name: "start",
    summary: "run a node until it is told to stop",
    operands: [],
    options: [PORT, HOST, ...NODE_OPTIONS, ...FUTURE_OPTIONS],
    endsInOrder: true,
    run: async (invocation, io) => (await import("./start.js")).start(invocation, io),
  },
  {
    name: "run",
    summary: "have a running node carry out a workflow",
    operands: ["workflow"],
    options: [...REQUEST_OPTIONS.map(({ option }) => option), ...ASK],
    run: async (invocation, io) => (await import("./run.js")).run(invocation, io),
  },
  {
    name: "status",
    summary: "show how a running node is",
    operands: [],
    options: ASK,
    run: async (invocation, io) => (await import("./status.js")).status(invocation, io),
  },
  {
    name: "engines",
    summary: "list the engines that a running node knows",
    operands: [],
    options: ASK,
    run: async (invocation, io) => (await import("./engines.js")).engines(invocation, io),
  },
  {
    name: "topology",
    summary: "show which engine gave what to which",
    operands: [],
    options: ASK,
    run: async (invocation, io) => (await import("./topology.js")).topology(invocation, io),
  },
  {
    name: "simulate",
    summary: "run a whole network on a virtual clock, with faults",
    operands: [],
    options: SIMULATE_OPTIONS,
    details: async () => (await import("./simulate-help.js")).simulateHelp(),
    run: async (invocation, io) => (await import("./simulate.js")).simulate(invocation, io),
  },
  {
    name: "partnerships",
    summary: "list what engines have agreed on, and how it goes",
    operands: [],
    options: [...PARTNERSHIP_OPTIONS, ...ASK],
    run: async (invocation, io) => (await import("./partnerships.js")).partnerships(invocation, io),
  },
  {
    name: "doctor",
    summary: "check whether a node can run here",
    operands: [],
    options: [...NODE_ADDRESS, ...REDIS_OPTIONS],
    run: async (invocation, io) => (await import("./doctor.js")).doctor(invocation, io),
  },
];

/** Known by name, not built into this version. */
export const FUTURE_COMMANDS = ["decisions", "replay"];
