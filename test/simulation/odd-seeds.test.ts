import { keepEveryPromise } from "./support/seeds.js";

keepEveryPromise(1);
