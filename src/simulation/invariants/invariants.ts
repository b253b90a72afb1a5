// What is checked in every simulation. A new invariant is a file and a line here.
import type { Invariant } from "../invariant.js";
import { goalsEndOnce } from "./goals-end-once.js";
import { goalsSucceedAgain } from "./goals-succeed-again.js";
import { journalHolds } from "./journal-holds.js";
import { noEffectTwice } from "./no-effect-twice.js";
import { noWorkForTheDead } from "./no-work-for-the-dead.js";
import { partnershipsAgree } from "./partnerships-agree.js";
import { partnersAreUp } from "./partners-are-up.js";
import { queuesAreBounded } from "./queues-are-bounded.js";
import { registriesConverge } from "./registries-converge.js";
import { retriesWithinBudget } from "./retries-within-budget.js";
import { answersFit } from "./answers-fit.js";
import { ejectionsAreCapped } from "./ejections-are-capped.js";
import { incarnationsNeverReturn } from "./incarnations-never-return.js";
import { nodesBeatInTime } from "./nodes-beat-in-time.js";
import { readsOnce } from "./reads-once.js";
import { trustFades } from "./trust-fades.js";

/** Each has a memory of its own: they are made for one world. */
export function createInvariants(): readonly Invariant[] {
  return [
    noWorkForTheDead(),
    goalsEndOnce(),
    noEffectTwice(),
    retriesWithinBudget(),
    queuesAreBounded(),
    registriesConverge(),
    goalsSucceedAgain(),
    partnershipsAgree(),
    partnersAreUp(),
    trustFades(),
    answersFit(),
    ejectionsAreCapped(),
    incarnationsNeverReturn(),
    nodesBeatInTime(),
    readsOnce(),
    journalHolds(),
  ];
}
