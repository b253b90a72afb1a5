import { expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/commands.js";
import { readSettings } from "../../../src/cli/settings.js";
import { start } from "../../../src/cli/start.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { serveApi } from "../../../src/api/serve.js";
import { ScriptedIo } from "./support/scripted-io.js";

const OPTIONS = COMMANDS.find(({ name }) => name === "start")?.options ?? [];

it("names options that the node refuses by where they were given", async () => {
  const createNode = (): never => {
    throw new NautilusError("INVALID_INPUT", "options.liveBars: no; options.replicas.TEA: no; options.other: no");
  };
  const settings = readSettings(OPTIONS, {
    given: new Map([["live-bars", ["7"]]]),
    env: { NAUTILUS_REPLICAS: "TEA=2" },
    file: { name: "", values: new Map() },
  });
  await expect(
    start({ settings, operands: [], notes: [] }, new ScriptedIo(), async () => ({ createNode, serveApi })),
  ).rejects.toMatchObject({
    exitCode: 2,
    message: "--live-bars: no; environment variable NAUTILUS_REPLICAS: no; options.other: no",
  });
});
