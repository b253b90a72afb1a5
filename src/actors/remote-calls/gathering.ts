// What is said to one node within one run of jobs goes together, and sooner where it becomes much.
import { afterJobs } from "../../kernel/after-turn.js";

/** So many at once: the other side has to wait for the last one. */
const MOST_AT_ONCE = 128;
/** Nobody has to know of more. */
export const MOST_BYTES = 256 * 1024;

export class Gathering {
  readonly #send: () => void;
  #count = 0;
  #bytes = 0;
  #isScheduled = false;

  /** @param send sends what was gathered */
  constructor(send: () => void) {
    this.#send = send;
  }

  /** One more was gathered, of about so many bytes. */
  grew(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
    if (this.#count >= MOST_AT_ONCE || this.#bytes >= MOST_BYTES) this.flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      afterJobs(() => {
        this.#isScheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#count === 0) return;
    this.#count = 0;
    this.#bytes = 0;
    this.#send();
  }
}
