// The instances that give one operation, as a router sees them now.
import type { CallRequest } from "../contracts/call.js";
import type { Candidate } from "./candidate.js";

export interface Route {
  readonly operationId: string;
  readonly gives: string;
  readonly effects: boolean;
  /** Handing over a kept product and computing one take different times: each kind is measured on its own. */
  readonly byKind: Readonly<Record<CallRequest["kind"], Candidates>>;
}

export interface Candidates {
  /** Instances that run. */
  readonly up: readonly Candidate[];
  /** Instances that are starting or restarting: a call may wait in their mailboxes when none is up. */
  readonly coming: readonly Candidate[];
}
