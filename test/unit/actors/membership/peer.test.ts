import { describe, expect, it } from "vitest";
import { Peer } from "../../../../src/actors/membership/peer.js";

const INTERVAL_MS = 1_000;

/** It spoke here at 100, when its own clock showed 100. */
function peer(): Peer {
  const given = new Peer("b", 1, { nowMs: 0, intervalMs: INTERVAL_MS });
  given.start(() => undefined);
  given.heard({ aliveAtMs: 100, intervalMs: INTERVAL_MS }, 100);
  return given;
}

describe("Peer", () => {
  it("is told of as it is believed to be, but for a doubt that it had no time to answer", () => {
    const given = peer();
    given.doubt(200);
    expect([given.status, given.toldStatus]).toEqual(["suspect", "alive"]);
    given.asked(200);
    given.asked(450);
    expect(given.toldStatus).toBe("suspect");
    const gone = peer();
    gone.doubt(200);
    gone.left();
    expect([gone.status, gone.toldStatus]).toEqual(["left", "left"]);
  });

  it("is cleared by what it said after the question, from whomever, and not by what it said before", () => {
    const given = peer();
    given.doubt(500);
    given.asked(500);
    expect(given.consider({ status: "alive", aliveAtMs: 400 }, 600)).toBe("none");
    expect(given.status).toBe("suspect");
    expect(given.consider({ status: "alive", aliveAtMs: 550 }, 600)).toBe("news");
    expect(given.status).toBe("alive");
  });

  it("is known better by who heard the later word", () => {
    const given = peer();
    expect(given.consider({ status: "dead", aliveAtMs: 50 }, 200)).toBe("counter");
    expect(given.consider({ status: "suspect", aliveAtMs: 50 }, 200)).toBe("counter");
    expect(given.status).toBe("alive");
  });

  it("is asked before a death that others tell of is believed, and has the time to answer", () => {
    const given = peer();
    expect(given.consider({ status: "dead", aliveAtMs: 100 }, 1_000)).toBe("newsAndAsk");
    given.asked(1_000);
    expect([given.look(1_060, true), given.look(1_125, true)]).toEqual(["none", "askAndTell"]);
    given.asked(1_125);
    expect([given.status, given.look(1_250, true), given.status]).toEqual(["suspect", "dead", "dead"]);
    const living = peer();
    living.consider({ status: "dead", aliveAtMs: 100 }, 1_000);
    living.asked(1_000);
    living.heard({ aliveAtMs: 1_010, intervalMs: INTERVAL_MS }, 1_010);
    expect([living.status, living.look(1_250, true)]).toEqual(["alive", "none"]);
  });

  it("does not come back to life by a word from long before it died", () => {
    const given = peer();
    for (let nowMs = 200; nowMs <= 4_000; nowMs += 125)
      if (given.look(nowMs, true).startsWith("ask")) given.asked(nowMs);
    expect(given.status).toBe("dead");
    expect(given.consider({ status: "alive", aliveAtMs: 200 }, 4_000)).toBe("counter");
    expect(given.status).toBe("dead");
    expect(given.consider({ status: "alive", aliveAtMs: 3_900 }, 4_000)).toBe("news");
    expect(given.status).toBe("alive");
  });

  it("counts the silence of one that others brought back from its last word, until it speaks itself", () => {
    const given = peer();
    given.replaced();
    expect(given.status).toBe("dead");
    expect(given.consider({ status: "alive", aliveAtMs: 900 }, 3_000)).toBe("news");
    // It is among those who beat to this node again.
    given.watched(3_000);
    expect([given.look(3_010, true), given.status]).toEqual(["ask", "suspect"]);
    const back = peer();
    back.replaced();
    back.consider({ status: "alive", aliveAtMs: 900 }, 3_000);
    back.heard({ aliveAtMs: 3_001, intervalMs: INTERVAL_MS }, 3_001);
    back.watched(4_500);
    expect(back.look(4_510, true)).toBe("none");
  });
});
