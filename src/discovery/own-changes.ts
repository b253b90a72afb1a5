// What of a node's own engines is new since it last told of them: profiles where they are new, else vitals, else nothing.
import type { Identity } from "../contracts/identity.js";
import type { StateUpdate, Vitals } from "./messages.js";
import { vitalsOf, type NodeRecord } from "./node-record.js";

/**
 * Undefined where nothing changed. Where an engine is gone, everything is told.
 * @param stated the engines as they were last told of: what the record says, where possible in the same objects
 */
export function ownChanges(
  told: NodeRecord,
  engines: readonly Identity[],
  stated: readonly Identity[] = told.engines,
): StateUpdate | undefined {
  if (engines === stated) return undefined;
  const { nodeId, incarnation, revision: base } = told;
  const known = new Map(stated.map((identity) => [identity.instanceId, identity]));
  const isKnown = ({ instanceId }: Identity): boolean => known.has(instanceId);
  const head = { nodeId, incarnation, revision: base + 1 };
  if (engines.filter(isKnown).length < known.size) return { ...head, base: 0, engines: [...engines], vitals: [] };
  const profiles: Identity[] = [];
  const vitals: Vitals[] = [];
  for (const identity of engines) {
    const before = known.get(identity.instanceId);
    if (before === identity) continue;
    if (before === undefined || !hasSameProfile(before, identity)) profiles.push(identity);
    else if (!isEqual(vitalsOf(before), vitalsOf(identity))) vitals.push(vitalsOf(identity));
  }
  return profiles.length + vitals.length === 0 ? undefined : { ...head, base, engines: profiles, vitals };
}

function hasSameProfile(before: Identity, now: Identity): boolean {
  if (before.operations.length !== now.operations.length || !hasSameFields(before, now, COMPARED_OTHERWISE))
    return false;
  return before.operations.every((each, index) => hasSameFields(each, now.operations[index] ?? {}, MEASURED));
}

const COMPARED_OTHERWISE: readonly string[] = ["operations", "health", "load", "revision"];
const MEASURED: readonly string[] = ["measured"];

/** One by one: most, and schemas among them, which are large, are the same objects as long as the engine is the same. */
function hasSameFields(before: object, now: object, without: readonly string[]): boolean {
  const names = Object.keys(before);
  if (names.length !== Object.keys(now).length) return false;
  const [a, b] = [before, now] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  return names.every((name) => without.includes(name) || a[name] === b[name] || isEqual(a[name], b[name]));
}

/** Both were made by the same code, so that equal ones have their fields in one order. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
