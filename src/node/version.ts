// The version of the runtime, as package.json has it; a test keeps the two the same.

export const NODE_VERSION = "0.1.0";
