// `npm start`: installs and builds when needed, then becomes the program, in this same process.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare } from "./prepare.mjs";
import { main, root } from "./run.mjs";

await main(async () => {
  await prepare();
  const program = join(root, "dist", "main.js");
  const given = process.argv.slice(2);
  const hasCommand = given[0] !== undefined && !given[0].startsWith("-");
  process.argv = [process.execPath, program, ...(hasCommand ? given : ["start", ...given])];
  await import(pathToFileURL(program).href);
});
