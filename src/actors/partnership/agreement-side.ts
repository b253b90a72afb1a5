// One side's hold of one agreement: the statechart that moves it, and the version of it that stands here.
import { createActor, type Actor } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import type { Agreement, PartnershipSide, ServiceLevel, TrustEvidence } from "../../contracts/partnership.js";
import { changed, compareAgreements } from "../../partnerships/agreement.js";
import { partnershipMachine, type Announcement, type PartnershipMachineEvent } from "./partnership.machine.js";

export interface AgreementSideOptions {
  readonly side: PartnershipSide;
  /** As it was proposed, or as the other side tells it. */
  readonly agreement: Agreement;
  readonly clock: Clock;
  /** This side's own evidence, to go with what it announces. */
  readonly trust: () => TrustEvidence;
  /** This side changed it: the other is to be told. */
  readonly onAnnounced: (agreement: Agreement) => void;
}

export class AgreementSide {
  readonly side: PartnershipSide;
  readonly #options: AgreementSideOptions;
  readonly #actor: Actor<typeof partnershipMachine>;
  #agreement: Agreement;
  #offer: ServiceLevel | undefined;

  constructor(options: AgreementSideOptions) {
    this.#options = options;
    this.side = options.side;
    this.#agreement = options.agreement;
    const announce = (announcement: Announcement): void => {
      this.#announce(announcement);
    };
    this.#actor = createActor(partnershipMachine, { clock: options.clock, input: { announce } });
    this.#actor.start();
  }

  get agreement(): Agreement {
    return this.#agreement;
  }

  /** Takes over what the other side says, where that counts; false where it is not later than what stands here. */
  hear(agreement: Agreement): boolean {
    if (compareAgreements(agreement, this.#agreement) <= 0) return false;
    this.#agreement = agreement;
    this.#send({ type: "HEARD", phase: agreement.phase, strained: agreement.strained });
    return true;
  }

  /** @param offer the terms that it is accepted at, where they differ from those asked for */
  answer(verb: "ACCEPT" | "COUNTER", offer?: ServiceLevel): void {
    this.#offer = offer;
    this.#send({ type: verb });
  }

  reject(reason: string): void {
    this.#send({ type: "REJECT", reason });
  }

  measured(event: Omit<Extract<PartnershipMachineEvent, { type: "MEASURED" }>, "type">): void {
    this.#send({ type: "MEASURED", ...event });
  }

  lost(reason: string): void {
    this.#send({ type: "LOST", reason });
  }

  back(): void {
    this.#send({ type: "BACK" });
  }

  /** It is not a spare one any more. */
  sole(): void {
    this.#send({ type: "SOLE" });
  }

  dissolve(reason: string): void {
    this.#send({ type: "DISSOLVE", reason });
  }

  stop(): void {
    this.#actor.stop();
  }

  #send(event: PartnershipMachineEvent): void {
    if (this.#actor.getSnapshot().status === "active") this.#actor.send(event);
  }

  #announce({ verb, reason }: Announcement): void {
    const terms = this.#offer;
    this.#offer = undefined;
    const { side, trust, onAnnounced } = this.#options;
    const own = side === "consumer" && { trust: trust() };
    this.#agreement = changed(this.#agreement, { verb, by: side, reason, ...own, ...(terms && { terms }) });
    onAnnounced(this.#agreement);
  }
}
