// More want a place than there are: whoever leads is asked, again and again, and answers of one that leads no more are not heard.
import { beforeEach, describe, expect, it } from "vitest";
import { AgreementBook, type PairEntry } from "../../../../src/actors/partnership/agreement-book.js";
import { AgreementSide } from "../../../../src/actors/partnership/agreement-side.js";
import { answerProposal, type Answering } from "../../../../src/actors/partnership/answers.js";
import { PlaceContests, type Settlement } from "../../../../src/actors/partnership/place-contests.js";
import type { Agreement } from "../../../../src/contracts/partnership.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import {
  PartnershipMessageSchema,
  type Contested,
  type PartnershipMessage,
  type Settled,
} from "../../../../src/partnerships/messages.js";
import { identityOf } from "../../discovery/identities.js";
import { agreement } from "../../partnerships/support/agreement.js";

const HEARTBEAT_MS = 1000;
const PROVIDER = "G.1@n";
const PRODUCT = "a@1";

/** One provider with one place, on a node that does not lead unless it is told to. */
class Scene {
  readonly clock = new VirtualClock();
  readonly book = new AgreementBook();
  readonly sent: { readonly to: string; readonly message: PartnershipMessage }[] = [];
  readonly settlements: Settlement[] = [];
  leader: string | undefined = "boss";
  token = 7;
  partners = 1;
  isUp = true;
  readonly contests = new PlaceContests({
    nodeId: "n",
    clock: this.clock,
    heartbeatIntervalMs: HEARTBEAT_MS,
    incarnation: 100,
    book: this.book,
    post: {
      send: (to, message) => {
        this.sent.push({ to, message });
      },
    },
    leading: this.#leading(),
    isReachable: (nodeId) => nodeId !== "far",
    ownUp: () => (this.isUp ? this.#provider() : undefined),
    onSettled: (settlement) => {
      this.settlements.push(settlement);
    },
  });

  #leading() {
    const leader = (): string | undefined => this.leader;
    return {
      get leader() {
        return leader();
      },
      act: <T>(action: (token: number) => T): T | undefined => (this.leader === "n" ? action(this.token) : undefined),
    };
  }

  #provider() {
    const identity = identityOf("G", "n");
    return { ...identity, publishes: [PRODUCT], limits: { ...identity.limits, partners: this.partners } };
  }

  answering(entry: PairEntry): Answering {
    return { entry, provider: this.#provider(), book: this.book, nowMs: this.clock.nowMs() };
  }

  enter(consumer: string, over: Partial<Agreement> = {}): PairEntry {
    const asked = agreement({ consumer: `${consumer}.1@m`, provider: PROVIDER, products: [PRODUCT], ...over });
    const entry = this.book.enter("provider", asked)!;
    entry.agreement = asked;
    entry.current = new AgreementSide({
      side: "provider",
      agreement: asked,
      clock: this.clock,
      trust: () => entry.history.trust,
      onAnnounced: (next) => {
        entry.agreement = next;
        if (next.phase === "dissolved") entry.current = undefined;
      },
    });
    return entry;
  }

  /** One that has a place, and whose time of protection is over. */
  holder(consumer: string, over: Partial<Agreement> = {}): PairEntry {
    const entry = this.enter(consumer, { relationship: "optional", ...over });
    entry.current?.answer("ACCEPT");
    return entry;
  }

  newcomer(consumer: string, over: Partial<Agreement> = {}): PairEntry {
    const entry = this.enter(consumer, { relationship: "primary", ...over });
    this.contests.take(entry);
    return entry;
  }

  get questions(): readonly Contested[] {
    return this.sent.map(({ message }) => message).filter((message) => message.type === "partnership.contested");
  }

  answer(over: Partial<Settled> = {}, leader = "boss"): void {
    const verdicts = [{ consumer: "T.1@m", admitted: true, displaced: "H.1@m" }];
    const asked = this.questions.at(-1)!.asked;
    this.contests.settled(
      { type: "partnership.settled", provider: PROVIDER, asked, token: 7, verdicts, ...over },
      leader,
    );
  }
}

describe("PlaceContests", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  it("asks whoever leads, in a form that others can read, and gives nobody a place before it hears", () => {
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    expect(scene.sent.map(({ to }) => to)).toEqual(["boss"]);
    expect(PartnershipMessageSchema.parse(scene.sent[0]!.message)).toMatchObject({
      type: "partnership.contested",
      newcomers: [{ consumer: "T.1@m", relationship: "primary" }],
      room: { free: 0, holders: [{ consumer: "H.1@m", isProtected: false }], waiting: [] },
    });
    expect([newcomer.contested, newcomer.agreement.phase, holder.agreement.phase]).toEqual([true, "proposed", "trial"]);
  });

  it("does as was decided, and says who decided it under which token", () => {
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    scene.answer();
    expect(holder.agreement).toMatchObject({ phase: "dissolved", reason: "others came first: decided by boss (7)" });
    expect(newcomer.agreement.phase).toBe("trial");
    expect(newcomer.contested).toBe(false);
    expect(scene.clock.pending).toBe(1);
  });

  it("turns away whom the leader did", () => {
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    scene.answer({ verdicts: [{ consumer: "T.1@m", admitted: false }] });
    expect(newcomer.agreement).toMatchObject({ phase: "dissolved", reason: "there is no room: decided by boss (7)" });
    expect(newcomer.history.refused).toEqual({ firstMs: 0, lastMs: 0 });
    expect(holder.agreement.phase).toBe("trial");
  });

  it("decides at once where it leads itself, and for others that ask", () => {
    scene.leader = "n";
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    expect([holder.agreement.phase, newcomer.agreement.phase]).toEqual(["dissolved", "trial"]);
    expect(holder.agreement.reason).toBe("others came first: decided by n (7)");

    const other = new Scene();
    other.holder("H");
    other.newcomer("T");
    scene.contests.judge(other.questions[0]!, "elsewhere");
    expect(scene.sent).toMatchObject([{ to: "elsewhere", message: { type: "partnership.settled", token: 7 } }]);
    expect(scene.settlements.map(({ nodeId }) => nodeId)).toEqual(["n", "elsewhere"]);
    other.contests.settled(scene.sent[0]!.message as Settled, "boss");
    expect(other.book.get("provider", `T.1@m>${PROVIDER}`)?.agreement.phase).toBe("trial");
  });

  it("answers nobody where it does not lead", () => {
    scene.holder("H");
    scene.newcomer("T");
    const [question] = scene.questions;
    scene.sent.length = 0;
    scene.contests.judge(question!, "elsewhere");
    expect(scene.sent).toEqual([]);
  });

  it("does not hear an answer under a lease that was over when another was heard", () => {
    scene.holder("H");
    scene.newcomer("T");
    scene.answer({ token: 9, verdicts: [{ consumer: "T.1@m", admitted: false }] });
    const again = scene.newcomer("U");
    scene.answer({ token: 8, verdicts: [{ consumer: "U.1@m", admitted: true, displaced: "H.1@m" }] });
    expect([again.agreement.phase, again.contested]).toEqual(["proposed", true]);
    scene.answer({ token: 9, verdicts: [{ consumer: "U.1@m", admitted: true, displaced: "H.1@m" }] });
    expect(again.agreement.phase).toBe("trial");
  });

  it("hears an answer once, and none to another question", () => {
    const holder = scene.holder("H");
    scene.newcomer("T");
    scene.answer({ asked: 3 });
    expect(holder.agreement.phase).toBe("trial");
    scene.answer();
    const next = scene.newcomer("U");
    // What was decided before does not count for whoever comes now.
    scene.answer({ asked: scene.questions[0]!.asked, verdicts: [{ consumer: "U.1@m", admitted: false }] });
    expect(next.contested).toBe(true);
  });

  it("asks again until it hears, and asks whoever leads by then", async () => {
    scene.leader = "far";
    scene.holder("H");
    const newcomer = scene.newcomer("T");
    expect(scene.sent).toEqual([]);
    scene.leader = "boss";
    await scene.clock.advance(HEARTBEAT_MS / 4);
    scene.leader = "heir";
    await scene.clock.advance(HEARTBEAT_MS / 4);
    expect(scene.sent.map(({ to }) => to)).toEqual(["boss", "heir"]);
    const [first, second] = scene.questions.map(({ asked }) => asked);
    // It is another question: whoever led before may still answer the first.
    scene.answer({ asked: first! }, "boss");
    scene.answer({ asked: second! }, "boss");
    expect(newcomer.contested).toBe(true);
    scene.answer({ token: 12 }, "heir");
    expect(newcomer.agreement.phase).toBe("trial");
  });

  it("asks the same leader the same again, also where another came meanwhile", async () => {
    scene.holder("H");
    scene.newcomer("T");
    scene.newcomer("U");
    await scene.clock.advance(HEARTBEAT_MS / 4);
    expect(scene.questions.map(({ asked }) => asked - scene.questions[0]!.asked)).toEqual([0, 0]);
    expect(scene.questions[1]!.newcomers).toEqual(scene.questions[0]!.newcomers);
  });

  it("decides once what it is asked twice", () => {
    scene.leader = "n";
    const other = new Scene();
    other.holder("H");
    other.newcomer("T");
    const [question] = other.questions;
    scene.contests.judge(question!, "elsewhere");
    const changed = { ...question!, room: { ...question!.room, holders: [] } };
    scene.contests.judge(changed, "elsewhere");
    expect(scene.sent[1]).toEqual(scene.sent[0]);
    expect(scene.settlements).toHaveLength(1);
    // Under another lease it is another's word.
    scene.token = 8;
    scene.contests.judge(changed, "elsewhere");
    expect(scene.settlements.map(({ token }) => token)).toEqual([7, 8]);
  });

  it("lets nobody go that comes before the newcomer by the time of the answer", () => {
    const holder = scene.holder("H", { relationship: "primary", spare: true });
    const newcomer = scene.newcomer("T", { relationship: "optional" });
    holder.agreement = { ...holder.agreement, spare: false };
    scene.answer();
    expect([holder.agreement.phase, newcomer.contested]).toEqual(["trial", true]);
  });

  it("says so where whoever leads did not decide in time", async () => {
    scene.holder("H");
    const newcomer = scene.newcomer("T");
    await scene.clock.advance(HEARTBEAT_MS);
    expect(newcomer.agreement.reason).toBe("there is no room, and boss did not decide it in time");
  });

  it("gives a place that became free to the better claim, and not to the first, where nobody leads", async () => {
    scene.leader = undefined;
    const holder = scene.holder("H");
    const early = scene.newcomer("A", { relationship: "optional", spare: true });
    await scene.clock.advance(1);
    const late = scene.newcomer("B");
    holder.current?.dissolve("it left");
    await scene.clock.advance(2 * HEARTBEAT_MS);
    expect([early.agreement.phase, late.agreement.phase]).toEqual(["dissolved", "trial"]);
  });

  it("is asked where others wait for a place that is free", () => {
    scene.partners = 2;
    scene.holder("H");
    const waiting = scene.holder("W");
    waiting.current?.dissolve("it was turned away");
    const enter = (id: string): readonly string[] => {
      const taken: string[] = [];
      const entry = scene.enter(id);
      answerProposal(scene.answering(entry), ({ consumer }) => taken.push(consumer));
      return taken;
    };
    expect(enter("T")).toEqual([]);
    scene.book.get("provider", `T.1@m>${PROVIDER}`)?.current?.dissolve("it left");
    waiting.history.refused = { firstMs: 0, lastMs: 0 };
    expect(enter("U")).toEqual(["U.1@m"]);
  });

  it("lets nobody go where nobody leads, and says so; a free place it gives", async () => {
    scene.leader = undefined;
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    await scene.clock.advance(HEARTBEAT_MS);
    expect(holder.agreement.phase).toBe("trial");
    expect(newcomer.agreement.reason).toBe("there is no room, and nobody leads who could decide");
    scene.partners = 2;
    const second = scene.newcomer("S");
    await scene.clock.advance(HEARTBEAT_MS);
    expect(second.agreement.phase).toBe("trial");
    await scene.clock.advance(HEARTBEAT_MS);
    expect(scene.clock.pending).toBe(0);
  });

  it("asks for those who come while a question is open after it", async () => {
    scene.holder("H");
    scene.newcomer("T");
    const late = scene.newcomer("U");
    expect(scene.questions).toHaveLength(1);
    scene.answer();
    await scene.clock.advance(5);
    expect(scene.questions).toHaveLength(2);
    expect(scene.questions[1]!.newcomers.map(({ consumer }) => consumer)).toEqual(["U.1@m"]);
    expect(scene.questions[1]!.asked).not.toBe(scene.questions[0]!.asked);
    scene.answer({ verdicts: [{ consumer: "U.1@m", admitted: false }] });
    expect(late.agreement.phase).toBe("dissolved");
  });

  it("lets nobody go for one that does not want the place any more", async () => {
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    newcomer.current?.dissolve("it was not needed after all");
    scene.answer();
    expect(holder.agreement.phase).toBe("trial");
    await scene.clock.advance(HEARTBEAT_MS);
    expect(scene.clock.pending).toBe(0);
  });

  it("asks again where whoever was to go has gone, came anew, or somebody took the place", async () => {
    const holder = scene.holder("H");
    const newcomer = scene.newcomer("T");
    holder.history.protectedUntilMs = Infinity;
    scene.answer();
    expect([holder.agreement.phase, newcomer.contested]).toEqual(["trial", true]);
    await scene.clock.advance(HEARTBEAT_MS / 4);
    expect(scene.questions).toHaveLength(2);
    holder.current?.dissolve("it left");
    scene.answer();
    // Into the place that it left.
    expect(newcomer.agreement.phase).toBe("trial");
  });
});
