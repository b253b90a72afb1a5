// What an engine's code sees of the world it runs in, beyond one operation.
import type { EngineContext, EngineDefinition } from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import type { Partner } from "../../contracts/partnership.js";
import type { Pool } from "../../contracts/pool.js";
import type { Product } from "../../contracts/product.js";

interface PublishedValue {
  readonly instanceId: string;
  readonly product: Product;
  readonly value: unknown;
  readonly subject?: string;
}

/** What the context of an engine needs of its node. */
export interface ContextPorts {
  readonly log: Logger;
  readonly pool: Pool;
  readonly publish: (message: PublishedValue) => void;
  readonly partnersOf: (instanceId: string) => readonly Partner[];
}

interface ContextOptions {
  readonly definition: Pick<EngineDefinition, "id">;
  readonly instanceId: string;
  readonly ports: ContextPorts;
}

export function createContext(
  { definition, instanceId, ports }: ContextOptions,
  published: () => readonly Product[],
): EngineContext {
  return {
    engineId: definition.id,
    instanceId,
    log: ports.log.child({ instanceId }),
    pool: ports.pool,
    get partners() {
      return ports.partnersOf(instanceId);
    },
    publish: (product, value, subject) => {
      if (!published().some(({ key }) => key === product.key)) {
        const message = `${definition.id} publishes ${product.key} but does not declare it in "publishes"`;
        throw new NautilusError("INTERNAL", message);
      }
      ports.publish({ instanceId, product, value, ...(subject !== undefined && { subject }) });
    },
  };
}
