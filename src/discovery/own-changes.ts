// What of a node's own engines is new since it last told of them: profiles where they are new, else vitals, else nothing.
import type { Identity } from "../contracts/identity.js";
import type { StateUpdate, Vitals } from "./messages.js";
import { vitalsOf, type NodeRecord } from "./node-record.js";

/** Undefined where nothing changed. Where an engine is gone, everything is told. */
export function ownChanges(told: NodeRecord, engines: readonly Identity[]): StateUpdate | undefined {
  const { nodeId, incarnation, revision: base } = told;
  const known = new Map(told.engines.map((identity) => [identity.instanceId, identity]));
  const isKnown = ({ instanceId }: Identity): boolean => known.has(instanceId);
  const head = { nodeId, incarnation, revision: base + 1 };
  if (engines.filter(isKnown).length < known.size) return { ...head, base: 0, engines: [...engines], vitals: [] };
  const profiles: Identity[] = [];
  const vitals: Vitals[] = [];
  for (const identity of engines) {
    const before = known.get(identity.instanceId);
    if (before === undefined || !hasSameProfile(before, identity)) profiles.push(identity);
    else if (!isEqual(vitalsOf(before), vitalsOf(identity))) vitals.push(vitalsOf(identity));
  }
  return profiles.length + vitals.length === 0 ? undefined : { ...head, base, engines: profiles, vitals };
}

function hasSameProfile(before: Identity, now: Identity): boolean {
  if (before === now) return true;
  if (before.operations.length !== now.operations.length || !isEqual(profileOf(before), profileOf(now))) return false;
  return before.operations.every((each, index) => isSameOperation(each, now.operations[index]));
}

/** Without what is compared otherwise. */
function profileOf(identity: Identity): object {
  return { ...identity, operations: undefined, health: undefined, load: undefined, revision: undefined };
}

type Operation = Identity["operations"][number];

/** Schemas are large, and the same objects as long as the engine is the same. */
function isSameOperation(before: Operation, now: Operation | undefined): boolean {
  if (now === undefined) return false;
  const isSame = (a: unknown, b: unknown): boolean => a === b || isEqual(a, b);
  const rest = (of: Operation): object => ({ ...of, inputSchema: 0, outputSchema: 0, measured: 0 });
  return (
    isSame(before.inputSchema, now.inputSchema) &&
    isSame(before.outputSchema, now.outputSchema) &&
    isEqual(rest(before), rest(now))
  );
}

/** Both were made by the same code, so that equal ones have their fields in one order. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
