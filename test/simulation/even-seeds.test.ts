import { keepEveryPromise } from "./support/seeds.js";

keepEveryPromise(2);
