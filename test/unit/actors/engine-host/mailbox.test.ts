import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Mailbox, type MailboxJob } from "../../../../src/actors/engine-host/mailbox.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { PRIORITIES, PRIORITY_RANK, type Priority } from "../../../../src/contracts/priority.js";

class Job implements MailboxJob {
  slot = -1;
  ended = false;
  refusals: string[] = [];
  readonly #onRun: (job: Job) => void;

  constructor(
    readonly number: number,
    readonly priority: Priority,
    onRun: (job: Job) => void,
  ) {
    this.#onRun = onRun;
  }

  run(): void {
    this.#onRun(this);
  }

  refuse({ code }: NautilusError): void {
    this.refusals.push(code);
  }
}

const limits = { concurrency: 2, queue: 3 };

type Step =
  | { readonly kind: "offer"; readonly priority: Priority }
  | { readonly kind: "finish" | "end"; readonly choice: number }
  | { readonly kind: "open" | "close" | "abandon" | "refuseWaiting" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("offer" as const), priority: fc.constantFrom(...PRIORITIES) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("finish" as const, "end" as const), choice: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("open" as const, "close" as const, "abandon" as const, "refuseWaiting" as const),
    }),
  },
);

/** What a mailbox must do, in plain arrays. */
class MailboxModel {
  readonly ran: number[] = [];
  readonly refused: [number, string][] = [];
  running: Job[] = [];
  waiting: Job[] = [];
  isOpen = false;

  offer(job: Job): void {
    if (this.isOpen && this.waiting.length === 0 && this.running.length < limits.concurrency) this.#run(job);
    else {
      if (this.waiting.length >= limits.queue) this.#take(({ ended }) => ended, "CANCELLED");
      if (this.waiting.length >= limits.queue) {
        const least = Math.max(...this.waiting.map(({ priority }) => PRIORITY_RANK[priority]));
        const oldest = this.waiting.find(({ priority }) => PRIORITY_RANK[priority] === least);
        if (least <= PRIORITY_RANK[job.priority]) {
          this.refused.push([job.number, "OVERLOADED"]);
          return;
        }
        this.#take((waiting) => waiting === oldest, "OVERLOADED");
      }
      this.waiting.push(job);
    }
  }

  finish(job: Job): void {
    this.running = this.running.filter((other) => other !== job);
    this.pump();
  }

  pump(): void {
    while (this.isOpen && this.running.length < limits.concurrency && this.waiting.length > 0) {
      const rank = Math.min(...this.waiting.map(({ priority }) => PRIORITY_RANK[priority]));
      const next = this.waiting.find(({ priority }) => PRIORITY_RANK[priority] === rank) as Job;
      this.waiting = this.waiting.filter((other) => other !== next);
      if (next.ended) this.refused.push([next.number, "CANCELLED"]);
      else this.#run(next);
    }
  }

  refuseWaiting(): void {
    this.waiting.sort((a, b) => PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority]);
    this.#take(() => true, "GIVER_DOWN");
  }

  #run(job: Job): void {
    this.ran.push(job.number);
    this.running.push(job);
  }

  #take(matches: (job: Job) => boolean, code: string): void {
    for (const job of this.waiting.filter(matches)) this.refused.push([job.number, code]);
    this.waiting = this.waiting.filter((job) => !matches(job));
  }
}

describe("Mailbox", () => {
  it("runs, keeps, displaces, purges and refuses as its model does", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const mailbox = new Mailbox<Job>("TEST", limits, () => 0);
        const model = new MailboxModel();
        const ran: number[] = [];
        const jobs: Job[] = [];
        const perform: Record<Step["kind"], (given: Step) => void> = {
          offer: (given) => {
            const { priority } = given as { priority: Priority };
            const job = new Job(jobs.length, priority, ({ number }) => ran.push(number));
            jobs.push(job);
            mailbox.offer(job, 0);
            model.offer(job);
          },
          finish: (given) => {
            const job = model.running[(given as { choice: number }).choice % model.running.length];
            if (job === undefined) return;
            mailbox.finished(job);
            model.finish(job);
          },
          end: (given) => {
            const job = model.waiting[(given as { choice: number }).choice % model.waiting.length];
            if (job !== undefined) job.ended = true;
          },
          open: () => {
            model.isOpen = true;
            mailbox.open();
            model.pump();
          },
          close: () => {
            model.isOpen = false;
            mailbox.close();
          },
          abandon: () => {
            expect(
              mailbox
                .abandonRunning()
                .map(({ number }) => number)
                .sort(),
            ).toEqual(model.running.map(({ number }) => number).sort());
            model.running = [];
          },
          refuseWaiting: () => {
            mailbox.refuseWaiting(new NautilusError("GIVER_DOWN", "test"));
            model.refuseWaiting();
          },
        };
        for (const given of steps) {
          perform[given.kind](given);
          expect(ran).toEqual(model.ran);
          expect([mailbox.active, mailbox.queued]).toEqual([model.running.length, model.waiting.length]);
          expect(mailbox.active).toBeLessThanOrEqual(limits.concurrency);
          expect(mailbox.queued).toBeLessThanOrEqual(limits.queue);
          expect(jobs.flatMap(({ number, refusals }) => refusals.map((code) => [number, code])).sort()).toEqual(
            [...model.refused].sort(),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps its bound when the displaced one comes again at once", () => {
    const mailbox = new Mailbox<Job>("TEST", { concurrency: 1, queue: 1 }, () => 0);
    const waiting = (): Job => new Job(0, "low", () => undefined);
    const displaced = waiting();
    const again = waiting();
    displaced.refuse = () => {
      mailbox.offer(again, 0);
    };
    const urgent = new Job(1, "high", () => undefined);
    mailbox.offer(displaced, 0);
    mailbox.offer(urgent, 0);
    expect(mailbox.waiting()).toEqual([urgent]);
    expect([mailbox.queued, again.refusals]).toEqual([1, ["OVERLOADED"]]);
  });
});
