// `npm run chaos -- [--seed N] [--faults N]`: processes over a real Redis server under load and faults drawn from the seed. Exit
// code 1 where a request was not accounted for, an effect was done twice, or the nodes do not see the same afterwards.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { prepare } from "./prepare.mjs";
import { main, root } from "./run.mjs";

await main(async () => {
  await prepare({ dev: true });
  const program = join(root, "test", "system", "redis", "chaos", "command.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...process.argv.slice(2)], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
});
