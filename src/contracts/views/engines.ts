// Engine instances as people see them, and what an operator may do to one.
import type { z } from "zod";
import { IdentitySchema } from "../identity.js";

export const EngineViewSchema = IdentitySchema;
export type EngineView = z.infer<typeof EngineViewSchema>;

export const OPERATOR_VERBS = ["stop", "start", "drain", "restart", "crash"] as const;
export type OperatorVerb = (typeof OPERATOR_VERBS)[number];
