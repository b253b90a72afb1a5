// What became of every request of a chaos run.
import { readFileSync } from "node:fs";
import type { AskKind } from "./node-program.js";

export interface Account {
  readonly id: string;
  readonly kind: AskKind;
  readonly nodeId: string;
  isAccepted: boolean;
  /** Each end that was told, null for success; `lost with its node` where that was killed. */
  readonly ends: (string | null)[];
}

export interface Totals {
  readonly asked: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly lostWithTheirNode: number;
  readonly effects: number;
  readonly problems: readonly string[];
}

export const LOST = "lost with its node";

export class Accounts {
  readonly #accounts = new Map<string, Account>();

  open(id: string, kind: AskKind, nodeId: string): Account {
    const account: Account = { id, kind, nodeId, isAccepted: false, ends: [] };
    this.#accounts.set(id, account);
    return account;
  }

  of(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  /** Each accepted request ended exactly once, each effect was done at most once, and once for each success. */
  totals(ledger: string): Totals {
    const effects = new Map<string, number>();
    for (const line of readFileSync(ledger, "utf8").split("\n")) {
      if (line !== "") effects.set(line, (effects.get(line) ?? 0) + 1);
    }
    const accounts = [...this.#accounts.values()].filter(({ isAccepted }) => isAccepted);
    const problems = accounts.flatMap(({ id, kind, nodeId, ends }) => {
      const done = effects.get(id) ?? 0;
      const found = [];
      if (ends.length !== 1) found.push(`${id} (${kind} asked of ${nodeId}) ended ${ends.length} times`);
      if (kind === "book" && done > 1) found.push(`${id} took effect ${done} times`);
      if (kind === "book" && ends[0] === null && done !== 1) found.push(`${id} succeeded with ${done} effects`);
      return found;
    });
    const count = (matches: (end: string | null | undefined) => boolean): number =>
      accounts.filter(({ ends }) => matches(ends[0])).length;
    return {
      asked: accounts.length,
      succeeded: count((end) => end === null),
      failed: count((end) => typeof end === "string" && end !== LOST),
      lostWithTheirNode: count((end) => end === LOST),
      effects: effects.size,
      problems,
    };
  }

  /** How requests failed, by code. */
  failures(): Readonly<Record<string, number>> {
    const codes: Record<string, number> = {};
    for (const { ends } of this.#accounts.values()) {
      const code = ends[0]?.split(":")[0];
      if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
    }
    return codes;
  }
}
