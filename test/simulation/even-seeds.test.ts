import { keepEveryPromise, seedsTo } from "./support/seeds.js";

keepEveryPromise(seedsTo(25).filter((seed) => seed % 2 === 0));
