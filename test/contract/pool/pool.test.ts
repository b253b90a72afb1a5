import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { createThreadPool } from "../../../src/kernel/thread-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { describePoolContract } from "./pool-contract.js";

describePoolContract("inline", createInlinePool);

describePoolContract("threads", () =>
  createThreadPool({
    clock: new VirtualClock(),
    kernelModules: [new URL("./pool-kernels.ts", import.meta.url).href],
    threads: 2,
  }),
);
