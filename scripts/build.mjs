// `npm run build`: makes dist anew, whether or not it is fresh.
import { prepare } from "./prepare.mjs";
import { main } from "./run.mjs";

await main(() => prepare({ rebuild: true }));
