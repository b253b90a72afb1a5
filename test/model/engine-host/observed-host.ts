// A real engine host whose operation does as each call says, and what can be seen of it.
import { expect } from "vitest";
import { defineEngine, operation } from "../../../src/contracts/engine.js";
import { Seed, Sum } from "../../unit/actors/support/products.js";
import type { RecordedCall } from "../../unit/actors/support/recorded-call.js";
import { TestHost } from "../../unit/actors/support/test-host.js";
import { DRAIN_LIMIT_MS, LIMITS, POLICY, type End, type HostModel, type Kind } from "./host-model.js";

interface Life {
  started: number;
  stopped: number;
}

export class ObservedHost {
  readonly test: TestHost;
  readonly lives: Life[] = [];
  readonly #calls: RecordedCall[] = [];
  readonly #givenUp = new Set<RecordedCall>();
  readonly #gates = new Map<number, () => void>();
  readonly #supervisedMs: number[] = [];
  /** No operator is at work: what happens now, the host does by itself. */
  #unattended = false;

  constructor() {
    const definition = defineEngine({
      id: "TEST_ENGINE",
      name: "Test",
      version: "1.0.0",
      limits: LIMITS,
      create: () => {
        const life: Life = { started: 0, stopped: 0 };
        const run = ({ seed }: { seed: { n: number } }): { n: number } | Promise<{ n: number }> => {
          expect(life).toEqual({ started: 1, stopped: 0 });
          const [number, kind] = decode(seed.n);
          if (kind === "throws") throw new Error("told to");
          if (kind === "instant") return { n: this.lives.indexOf(life) };
          return new Promise((resolve) => {
            this.#gates.set(number, () => resolve({ n: this.lives.indexOf(life) }));
          });
        };
        return {
          operations: [operation({ name: "work", version: 1, needs: { seed: Seed }, gives: Sum, run })],
          start: () => {
            this.lives.push(life);
            life.started += 1;
            return () => (life.stopped += 1);
          },
        };
      },
    });
    this.test = new TestHost(definition, {
      restartPolicy: POLICY,
      drainLimitMs: DRAIN_LIMIT_MS,
      onChanged: (_, { from, to }) => {
        if (this.#unattended && from === "faulted" && to === "restarting")
          this.#supervisedMs.push(this.test.clock.nowMs());
      },
    });
  }

  get lifecycle(): string {
    return this.test.host.lifecycle;
  }

  send(kind: Kind): void {
    const inputs = { [Seed.key]: { n: encode(this.#calls.length, kind) } };
    this.#calls.push(this.test.send("TEST_ENGINE.work@1", { request: { kind: "operation", inputs } }));
  }

  finish(number: number): void {
    this.#gates.get(number)?.();
  }

  giveUp(number: number): void {
    const call = this.#calls[number];
    if (call === undefined) return;
    this.#givenUp.add(call);
    call.giveUp();
  }

  async advance(ms: number): Promise<void> {
    this.#unattended = true;
    await this.test.clock.advance(ms);
    this.#unattended = false;
  }

  async expectAs(model: HostModel): Promise<void> {
    await this.test.settle();
    expect(this.lifecycle).toBe(model.lifecycle);
    expect(this.#calls.map((call) => this.#endOf(call))).toEqual(model.ends);
    const load = { active: model.running.length, queued: model.waiting.length };
    expect(this.test.host.load).toEqual(load);
    expect(load.active).toBeLessThanOrEqual(LIMITS.concurrency);
    expect(load.queued).toBeLessThanOrEqual(LIMITS.queue);
    this.#expectLives();
    const nowMs = this.test.clock.nowMs();
    expect(this.#supervisedMs.filter((at) => at > nowMs - POLICY.windowMs).length).toBeLessThanOrEqual(
      POLICY.maxRestarts,
    );
  }

  #expectLives(): void {
    const current = this.lifecycle === "stopped" || this.lifecycle === "faulted" ? 0 : 1;
    const over = this.lives.slice(0, this.lives.length - current);
    expect(over.every(({ stopped }) => stopped === 1)).toBe(true);
    if (current === 1) expect(this.lives.at(-1)).toEqual({ started: 1, stopped: 0 });
  }

  /** @throws where a call ended twice */
  #endOf(call: RecordedCall): End {
    if (this.#givenUp.has(call)) return "given up";
    expect(call.ends.length).toBeLessThanOrEqual(1);
    if (call.ends.length === 0) return "open";
    return call.code ?? "answered";
  }
}

const KINDS: readonly Kind[] = ["instant", "held", "throws"];

function encode(number: number, kind: Kind): number {
  return number * KINDS.length + KINDS.indexOf(kind);
}

function decode(n: number): readonly [number, Kind] {
  return [Math.floor(n / KINDS.length), KINDS[n % KINDS.length] as Kind];
}
