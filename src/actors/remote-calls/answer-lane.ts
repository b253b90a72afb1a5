// What is answered to one asker, and goes together.
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { approximateBytes } from "../../kernel/approximate-bytes.js";
import { Gathering, MOST_BYTES } from "./gathering.js";
import type { AnswerPacket, PacketAnswer, PacketFailure } from "./packets.js";

export interface AnswerLaneOptions {
  readonly asker: string;
  readonly publish: (packet: AnswerPacket) => Promise<void> | undefined;
  readonly log: Logger;
}

export class AnswerLane {
  readonly #options: AnswerLaneOptions;
  readonly #gathering: Gathering;
  #answers: PacketAnswer[] = [];
  #failures: PacketFailure[] = [];

  constructor(options: AnswerLaneOptions) {
    this.#options = options;
    this.#gathering = new Gathering(() => {
      this.#send();
    });
  }

  /** @param held operations that the instance holds, where that is known */
  answer(id: number, held: number | undefined, value: unknown): void {
    this.#answers.push([id, held ?? null, value]);
    this.#gathering.grew(approximateBytes(value, MOST_BYTES));
  }

  refuse(id: number, held: number | undefined, error: NautilusError): void {
    this.#failures.push([id, held ?? null, { ...error.toRecord(), details: { ...error.details } }]);
    this.#gathering.grew(approximateBytes(error.details, MOST_BYTES));
  }

  #send(): void {
    const { asker } = this.#options;
    const [answers, failures] = [this.#answers, this.#failures];
    this.#answers = [];
    this.#failures = [];
    this.#publish({ asker, answers, failures });
  }

  #publish(packet: AnswerPacket): void {
    this.#options.publish(packet)?.catch((thrown: unknown) => {
      this.#refused(packet, toNautilusError(thrown));
    });
  }

  #refused({ asker, answers, failures }: AnswerPacket, error: NautilusError): void {
    const isUnwritable = error.code === "INVALID_INPUT";
    if (isUnwritable && answers.length + failures.length > 1) {
      // One that cannot be written is not to take the others with it.
      for (const answer of answers) this.#publish({ asker, answers: [answer], failures: [] });
      for (const failure of failures) this.#publish({ asker, answers: [], failures: [failure] });
      return;
    }
    const [answer] = answers;
    if (isUnwritable && answer !== undefined) {
      const [id, held] = answer;
      this.refuse(id, held ?? undefined, new NautilusError("INTERNAL", `an answer cannot be sent: ${error.message}`));
      return;
    }
    if (error.code === "OVERLOADED" && answers.length > 0) {
      // Large answers have to be kept by the server, which may be full. That they are lost is soon said.
      const why = `the answer was not taken: ${error.message}`;
      for (const [id, held] of answers) this.refuse(id, held ?? undefined, new NautilusError("OVERLOADED", why));
      return;
    }
    const { log } = this.#options;
    const count = answers.length + failures.length;
    log.warn({ err: error, asker }, `${count} answers were not taken; the callers' deadlines end their calls`);
  }
}
