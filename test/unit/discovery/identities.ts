// Identities as a node would announce them.
import type { Identity } from "../../../src/contracts/identity.js";

export function identityOf(engineId: string, nodeId: string): Identity {
  return {
    engineId,
    instanceId: `${engineId}.1@${nodeId}`,
    nodeId,
    name: engineId,
    version: "1.0.0",
    roles: [],
    capabilities: [],
    operations: [],
    consumes: [],
    publishes: [],
    preferences: [],
    limits: { concurrency: 1, queue: 1 },
    health: { lifecycle: "running", level: "healthy", reasons: [], restarts: 0, failedStarts: 0 },
    load: { active: 0, queued: 0 },
    revision: 0,
  };
}
