// The engine instances of one node.
import { EngineHost, type EngineHostPorts } from "../actors/engine-host/engine-host.js";
import type { EngineDefinition } from "../contracts/engine.js";
import { NautilusError } from "../contracts/errors.js";
import type { Identity, Lifecycle } from "../contracts/identity.js";
import type { OperatorVerb } from "../contracts/views/engines.js";

export interface FleetOptions {
  readonly nodeId: string;
  readonly definitions: readonly EngineDefinition[];
  /** Instances per engine id; 1 unless named. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly ports: EngineHostPorts;
  readonly chaos: boolean;
}

interface VerbRule {
  readonly from: readonly Lifecycle[];
  readonly act: (host: EngineHost) => void;
}

const VERBS: Readonly<Record<OperatorVerb, VerbRule>> = {
  stop: {
    from: ["starting", "running", "draining", "faulted", "restarting"],
    act: (host) => {
      host.stop();
    },
  },
  start: {
    from: ["stopped", "faulted"],
    act: (host) => {
      host.start();
    },
  },
  drain: {
    from: ["running"],
    act: (host) => {
      host.drain();
    },
  },
  restart: {
    from: ["running", "stopped", "faulted"],
    act: (host) => {
      host.restart();
    },
  },
  crash: {
    from: ["starting", "running", "restarting"],
    act: (host) => {
      host.crash("crashed by an operator");
    },
  },
};

export class EngineFleet {
  readonly hosts: readonly EngineHost[];
  readonly #byInstance: ReadonlyMap<string, EngineHost>;
  readonly #chaos: boolean;
  #identities: readonly Identity[] = [];

  constructor({ nodeId, definitions, replicas, ports, chaos }: FleetOptions) {
    this.hosts = definitions.flatMap((definition) =>
      Array.from({ length: replicas[definition.id] ?? 1 }, (_, index) => {
        const instanceId = `${definition.id}.${index + 1}@${nodeId}`;
        return new EngineHost({ definition, instanceId, nodeId, ports });
      }),
    );
    this.#byInstance = new Map(this.hosts.map((host) => [host.instanceId, host]));
    this.#chaos = chaos;
  }

  host(instanceId: string): EngineHost | undefined {
    return this.#byInstance.get(instanceId);
  }

  /** The same list for as long as nothing of any of them changed. */
  identities(): readonly Identity[] {
    const known = this.#identities;
    if (this.hosts.some((host, index) => host.identity() !== known[index])) {
      this.#identities = this.hosts.map((host) => host.identity());
    }
    return this.#identities;
  }

  start(): void {
    for (const host of this.hosts) host.start();
  }

  /** Resolves when every instance has started, or failed to. */
  async whenUp(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.whenStarted()));
  }

  close(): void {
    for (const host of this.hosts) host.close();
  }

  /**
   * @throws NautilusError NOT_FOUND, FORBIDDEN for crash without chaos, CONFLICT when an instance's state does not allow it
   */
  operate(verb: OperatorVerb, id: string, all: boolean): readonly EngineHost[] {
    if (verb === "crash" && !this.#chaos) {
      throw new NautilusError("FORBIDDEN", "crash is only for nodes that were started with --chaos");
    }
    const chosen = this.#chosen(id, all);
    const { from, act } = VERBS[verb];
    for (const { instanceId, lifecycle } of chosen) {
      if (from.includes(lifecycle)) continue;
      throw new NautilusError("CONFLICT", `cannot ${verb} ${instanceId}: it is ${lifecycle}, not ${from.join(" or ")}`);
    }
    for (const host of chosen) act(host);
    return chosen;
  }

  #chosen(id: string, all: boolean): readonly EngineHost[] {
    const instance = this.#byInstance.get(id);
    if (instance !== undefined) return [instance];
    const instances = this.hosts.filter(({ engineId }) => engineId === id);
    if (instances.length === 0) throw new NautilusError("NOT_FOUND", `no engine or instance ${id} on this node`);
    if (all) return instances;
    const busyness = ({ load }: EngineHost): number => load.active + load.queued;
    return [instances.reduce((busiest, host) => (busyness(host) > busyness(busiest) ? host : busiest))];
  }
}
