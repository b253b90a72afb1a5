// Fields that many products have.
import { z } from "zod";

export const symbol = z.string().min(1).max(32);
/** A session. */
export const date = z.iso.date();
