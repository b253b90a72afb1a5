// Products small enough to read.
import { z } from "zod";
import { product, type Product } from "../../../../src/contracts/product.js";

const number = (name: string): Product<{ n: number }> =>
  product(name, { version: 1, channel: "engineLogic", description: "A number.", schema: z.object({ n: z.number() }) });

export const Seed = number("test.seed");
export const Left = number("test.left");
export const Right = number("test.right");
export const Sum = number("test.sum");
