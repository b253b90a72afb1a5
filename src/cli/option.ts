// What an option is: a row of data that the command line, the environment, the configuration file and the help all read.
import type { z } from "zod";

/** How text becomes a value; in the configuration file the value may stand as itself. */
export type OptionKind = "text" | "number" | "flag" | "list" | "counts";

export interface Option {
  /** As on the command line, without the dashes. */
  readonly name: string;
  readonly kind: OptionKind;
  /** Stands for the value in the help; a flag has none. */
  readonly placeholder?: string;
  readonly description: string;
  /** What a value must be, in words that follow "expected". */
  readonly expects: string;
  readonly schema: z.ZodType;
  /** Shown in the help. */
  readonly fallback?: string;
  /** Only on the command line: neither in the environment nor in the file. */
  readonly flagOnly?: boolean;
  /** For a value whose part is not built yet: what happens instead. */
  readonly notBuilt?: (value: unknown) => string | undefined;
}

/** `live-bars` → `liveBars`: its name in the configuration file and in `createNode`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `live-bars` → `NAUTILUS_LIVE_BARS`. */
export function environmentName(name: string): string {
  return `NAUTILUS_${name.toUpperCase().replaceAll("-", "_")}`;
}
