// Moleculer's local call, bare or with the protections that this project's router has always on, and its call between processes.
import moleculer from "moleculer";

const SERVICE = "peer";
const ACTION = "work";
const WAIT_MS = 10_000;

/** See moleculer.d.mts. */
export async function createMoleculerCall({ handler, protections }) {
  const broker = new moleculer.ServiceBroker({
    nodeID: "bench",
    logger: false,
    ...(protections && {
      requestTimeout: protections.timeoutMs,
      circuitBreaker: { enabled: true },
      retryPolicy: { enabled: true },
      bulkhead: { enabled: true, concurrency: protections.concurrency, maxQueueSize: protections.queue },
      metrics: { enabled: true, reporter: [] },
    }),
  });
  broker.createService({ name: SERVICE, actions: { [ACTION]: (context) => handler(context.params) } });
  await broker.start();
  return {
    call: (input) => broker.call(`${SERVICE}.${ACTION}`, input),
    stop: () => broker.stop(),
  };
}

/** See moleculer.d.mts. */
export async function startMoleculerNode({ nodeId, url, handler }) {
  const broker = new moleculer.ServiceBroker({ nodeID: nodeId, transporter: url, logger: false });
  if (handler !== undefined)
    broker.createService({ name: SERVICE, actions: { [ACTION]: (context) => handler(context.params) } });
  await broker.start();
  return {
    ready: () => broker.waitForServices(SERVICE, WAIT_MS),
    call: (input) => broker.call(`${SERVICE}.${ACTION}`, input),
    stop: () => broker.stop(),
  };
}
