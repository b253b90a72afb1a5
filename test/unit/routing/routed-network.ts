// Instances that answer as they are told to, by default never, and a router over them on a virtual clock.
import type { CallOptions, InstanceLink, OpenCall } from "../../../src/contracts/call.js";
import { NautilusError, type ErrorCode } from "../../../src/contracts/errors.js";
import type { Lifecycle } from "../../../src/contracts/identity.js";
import { createBreaker } from "../../../src/actors/breaker/breaker.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { Router } from "../../../src/routing/router.js";
import type { RouterOptions } from "../../../src/routing/router-options.js";

export const WORK = "E.work@1";

export type Answer = (call: OpenCall) => void;

export class RoutedNetwork {
  readonly clock = new VirtualClock();
  readonly sent: string[] = [];
  readonly calls: OpenCall[] = [];
  readonly router: Router;
  readonly #answers = new Map<string, Answer>();
  readonly #links = new Map<string, InstanceLink>();
  readonly #held = new Map<string, number>();
  #effects = false;

  constructor(options: Partial<RouterOptions> & { readonly breakers?: boolean } = {}) {
    const { breakers = false, ...rest } = options;
    const { clock } = this;
    this.router = new Router({
      clock,
      random: createRandom(1),
      ...(breakers && { createBreaker: (gate) => createBreaker(gate, clock) }),
      ...rest,
    });
  }

  withEffects(): this {
    this.#effects = true;
    return this;
  }

  answering(instanceId: string, answer: Answer): this {
    this.#answers.set(instanceId, answer);
    return this;
  }

  /** How many operations, whoever asked, the instance says that it holds. */
  holding(instanceId: string, held: number): this {
    this.#held.set(instanceId, held);
    return this;
  }

  show(lifecycles: Readonly<Record<string, Lifecycle>>, suspects: readonly string[] = []): this {
    const operations = [{ id: WORK, gives: "p@1", effects: this.#effects }];
    this.router.networkChanged(() =>
      Object.entries(lifecycles).map(([id, lifecycle]) => ({
        link: this.#link(id),
        lifecycle,
        operations,
        suspect: suspects.includes(id),
      })),
    );
    // Read at once: nothing comes and goes unseen.
    this.router.routes();
    return this;
  }

  /** Its outcome, as a value either way. */
  call(options: Partial<CallOptions> = {}): Promise<unknown> {
    return this.router
      .call(WORK, { kind: "operation", inputs: {} }, { consumer: "C.1@a", ...options })
      .catch((error: unknown) => (error as NautilusError).code);
  }

  after(ms: number): Answer {
    return (call) => {
      this.clock.setTimeout(() => {
        call.succeed("ok", this.clock.nowMs());
      }, ms);
    };
  }

  count(instanceId: string): number {
    return this.sent.filter((id) => id === instanceId).length;
  }

  #link(instanceId: string): InstanceLink {
    const held = this.#held;
    const link = this.#links.get(instanceId) ?? {
      instanceId,
      get held() {
        return held.get(instanceId);
      },
      send: (call: OpenCall) => {
        this.sent.push(instanceId);
        this.calls.push(call);
        this.#answers.get(instanceId)?.(call);
      },
    };
    this.#links.set(instanceId, link);
    return link;
  }
}

export const failing =
  (code: ErrorCode): Answer =>
  (call) => {
    call.fail(new NautilusError(code, "told to"));
  };
