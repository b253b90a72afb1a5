// A definition made into one instance's operations, and into the identity that the instance announces.
import { operationId, type EngineBehaviour, type EngineDefinition, type Operation } from "../../contracts/engine.js";
import type { Identity, Measured, OperationIdentity } from "../../contracts/identity.js";
import { toJsonSchema } from "../../contracts/product.js";
import { aliased, type BoundOperation } from "./operation-job.js";

type OperationHead = Omit<OperationIdentity, "measured">;
type Profile = Omit<Identity, keyof Omit<InstanceFacts, "measured"> | "operations">;

export interface BoundEngine {
  readonly behaviour: EngineBehaviour;
  /** What it announces of itself, whatever happens to it; the same object at every look. */
  readonly profile: Profile;
  readonly operations: ReadonlyMap<string, BoundOperation>;
  /** What the operations announce of themselves; worked out on first use. */
  readonly heads: () => readonly OperationHead[];
}

/** Calls `create` of the definition: fresh state. */
export function bindEngine(definition: EngineDefinition): BoundEngine {
  const behaviour = definition.create();
  const bound = (behaviour.operations ?? []).map((operation) => bindOperation(definition.id, operation));
  let heads: readonly OperationHead[] | undefined;
  return {
    behaviour,
    profile: profileOf(definition, behaviour),
    operations: new Map(bound.map((each) => [each.id, each])),
    heads: () => (heads ??= bound.map(headOf)),
  };
}

function bindOperation(engineId: string, operation: Operation): BoundOperation {
  const aliases = Object.entries(operation.needs).map(([alias, product]) => [alias, product.key] as const);
  return {
    id: operationId(engineId, operation),
    operation,
    aliases,
    unfilled: aliased(aliases, {}),
    usedKeys: new Set(operation.uses.map(({ key }) => key)),
    meter: undefined,
  };
}

function headOf({ id, operation }: BoundOperation): OperationHead {
  const needs = Object.values(operation.needs);
  return {
    id,
    name: operation.name,
    version: operation.version,
    needs: needs.map(({ key }) => key),
    uses: operation.uses.map(({ key }) => key),
    gives: operation.gives.key,
    effects: operation.effects,
    source: operation.pin !== undefined,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(needs.map(({ key, schema }) => [key, toJsonSchema(schema)])),
      required: needs.map(({ key }) => key),
    },
    outputSchema: toJsonSchema(operation.gives.schema),
  };
}

export interface InstanceFacts extends Pick<Identity, "instanceId" | "nodeId" | "health" | "load" | "revision"> {
  readonly measured: (operationId: string) => Measured;
}

function profileOf(definition: EngineDefinition, { streams = [], publishes = [] }: EngineBehaviour): Profile {
  const { id, name, version, roles, capabilities, preferences, limits } = definition;
  return {
    engineId: id,
    name,
    version,
    roles: [...roles],
    capabilities: [...capabilities],
    consumes: streams.map(({ on }) => on.key),
    publishes: publishes.map(({ key }) => key),
    preferences: [...preferences],
    limits,
  };
}

export function identityOf({ profile, heads }: BoundEngine, facts: InstanceFacts): Identity {
  const { engineId, name, version, roles, capabilities, consumes, publishes, preferences, limits } = profile;
  const { measured, instanceId, nodeId, health, load, revision } = facts;
  return {
    engineId,
    name,
    version,
    roles,
    capabilities,
    operations: heads().map((head) => ({ ...head, measured: measured(head.id) })),
    consumes,
    publishes,
    preferences,
    limits,
    instanceId,
    nodeId,
    health,
    load,
    revision,
  };
}
