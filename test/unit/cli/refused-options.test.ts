import { expect, it } from "vitest";
import { start } from "../../../src/cli/start.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { serveApi } from "../../../src/api/serve.js";
import { ScriptedIo } from "./support/scripted-io.js";
import { startInvocation } from "./support/start-invocation.js";

it("names options that the node refuses by where they were given", async () => {
  const createNode = (): never => {
    throw new NautilusError("INVALID_INPUT", "options.liveBars: no; options.replicas.TEA: no; options.other: no");
  };
  const invocation = startInvocation({ "live-bars": "7" }, { NAUTILUS_REPLICAS: "TEA=2" });
  await expect(start(invocation, new ScriptedIo(), async () => ({ createNode, serveApi }))).rejects.toMatchObject({
    exitCode: 2,
    message: "--live-bars: no; environment variable NAUTILUS_REPLICAS: no; options.other: no",
  });
});
