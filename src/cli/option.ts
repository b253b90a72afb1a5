// One option, as the command line, the environment, the configuration file and the help know it: derived from its zod schema.
import type { z } from "zod";
import type { OptionShape } from "../contracts/options.js";
import { formOf, type Form } from "./value-kinds.js";

export interface Option {
  /** `liveBars`: in the configuration file, and for `createNode`. */
  readonly field: string;
  /** `live-bars`: on the command line, without the dashes. */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly form: Form;
}

export function optionsOf(shape: OptionShape): Option[] {
  return Object.entries(shape).map(([field, schema]) => ({
    field,
    name: flagName(field),
    schema,
    form: formOf(schema),
  }));
}

/** `liveBars` → `live-bars`. */
export function flagName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `live-bars` → `NAUTILUS_LIVE_BARS`. */
export function environmentName(name: string): string {
  return `NAUTILUS_${name.toUpperCase().replaceAll("-", "_")}`;
}
