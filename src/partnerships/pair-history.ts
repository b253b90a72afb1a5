// What one side remembers of a pair over all of its agreements: it outlives them, so that whoever comes back is no stranger.
import type {
  Agreement,
  PartnershipEvent,
  PartnershipState,
  ServiceWindow,
  TrustEvidence,
} from "../contracts/partnership.js";
import { stateOf } from "../contracts/partnership.js";
import type { ServiceCounts } from "./service-window.js";
import { NO_EVIDENCE } from "./trust.js";

const MAX_EVENTS = 64;
const MAX_WINDOWS = 32;

export class PairHistory {
  readonly events: PartnershipEvent[] = [];
  readonly windows: ServiceWindow[] = [];
  trust: TrustEvidence = NO_EVIDENCE;
  /** Counters as they were at the end of the last window; undefined while no window of the present agreement began. */
  counted: ServiceCounts | undefined;
  /** On the provider's side, on `Clock.nowMs`: the first and the last refusal since it was last served. */
  refused: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** On the provider's side: not displaced before that, on `Clock.nowMs`. */
  protectedUntilMs = -Infinity;
  /** How often in a row the provider turned it away before it was active. */
  refusals = 0;
  /** Not proposed to again before that, on `Clock.nowMs`; a consumer that has another partner waits until the later one. */
  quietUntilMs = -Infinity;
  spareQuietUntilMs = -Infinity;
  #state: PartnershipState | null = null;

  /** When it came into the state that it is in: RFC 3339, and on `Clock.nowMs`. */
  since = "";
  sinceMs = 0;

  /** `at`, `nowMs`: the same moment on both clocks. */
  note(agreement: Agreement, at: string, nowMs: number): void {
    const { id, epoch, verb, by, relationship, reason, trust } = agreement;
    const to = stateOf(agreement);
    if (to !== this.#state) [this.since, this.sinceMs] = [at, nowMs];
    this.events.push({ at, agreement: id, epoch, from: this.#state, to, verb, by, relationship, reason, trust });
    this.#state = to;
    if (this.events.length > MAX_EVENTS) this.events.shift();
  }

  addWindow(window: ServiceWindow): void {
    this.windows.push(window);
    if (this.windows.length > MAX_WINDOWS) this.windows.shift();
  }
}
