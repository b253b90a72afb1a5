// What code may throw that means harm, or was never thought through.
import { ERROR_TABLE, NautilusError, type ErrorCode } from "../../../../src/contracts/errors.js";
import type { Random } from "../../../../src/contracts/random.js";

function refuse(): never {
  throw new Error("not to be looked at");
}

const NO_TRAP: ProxyHandler<object> = {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getPrototypeOf: refuse,
  getOwnPropertyDescriptor: refuse,
  set: refuse,
};

function withGetter<T extends object>(value: T, ...names: string[]): T {
  for (const name of names) Object.defineProperty(value, name, { get: refuse, configurable: true });
  return value;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function holdsItself(): object {
  const value: Record<string, unknown> = { n: 7n };
  value["self"] = value;
  return value;
}

const CODES = Object.keys(ERROR_TABLE) as ErrorCode[];

const MAKERS: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => undefined,
  () => Number.NaN,
  () => "",
  () => "a text",
  () => 7n,
  () => Symbol("a symbol"),
  () => refuse,
  () => withGetter(() => undefined, "name", "toString"),
  () => Object.create(null) as object,
  () => Object.freeze({}),
  () => Object.freeze(new Error("frozen")),
  () => Object.freeze(new NautilusError("NO_HISTORY", "frozen")),
  () => new Proxy({}, NO_TRAP),
  () => new Proxy(new Error("behind a proxy"), NO_TRAP),
  () => new Proxy(new NautilusError("INTERNAL", "behind a proxy"), NO_TRAP),
  () => new Proxy(() => undefined, NO_TRAP),
  () => revoked(),
  () => withGetter(new Error("hides"), "message"),
  () => withGetter(new Error("hides"), "cause", "stack", "name", "toString"),
  () => withGetter({}, "then", "toString", "toJSON", "message"),
  () => withGetter(new NautilusError("INTERNAL", "hides"), "code"),
  () => withGetter(new NautilusError("GIVER_DOWN", "hides"), "message", "details"),
  () => withGetter(new NautilusError("OVERLOADED", "hides"), "retryable", "cause"),
  () => Object.assign(new NautilusError("NO_HISTORY", "changed"), { code: 7, retryable: "yes", details: 7n }),
  () => Object.assign(new NautilusError("NO_HISTORY", "changed"), { message: Symbol("no text") }),
  () => Object.assign(new Error("circular"), { cause: holdsItself(), self: holdsItself() }),
  () => ({ toString: () => 7, message: refuse }),
  () => ({ [Symbol.toPrimitive]: refuse }),
  () => new AggregateError([null, holdsItself()], "many"),
  () => new DOMException("aborted", "AbortError"),
  (random) => new NautilusError(CODES[random.integer(CODES.length)] as ErrorCode, "an answer"),
  () => new NautilusError("TEAPOT" as ErrorCode, "no such code", { details: holdsItself() as never }),
  () => new Error("plain"),
];

/** `withPromises`: also a rejected one, which has to reach whoever is tested, who alone can see to it. */
export function hostileValue(random: Random, withPromises: boolean): unknown {
  const index = random.integer(MAKERS.length + (withPromises ? 1 : 0));
  return index < MAKERS.length ? MAKERS[index]?.(random) : Promise.reject(new Error("a rejection, thrown"));
}
