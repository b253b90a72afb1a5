// rediss:// is Redis over TLS, to a server whose certificate the process trusts.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Certificates, OPENSSL } from "../../support/certificates.js";
import { freePort, REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { BusNetwork } from "./support/bus-network.js";
import { LOGIC, Publisher } from "./support/numbered.js";
import { startReader } from "./support/reader-process.js";

/** First byte of a TLS record that holds a handshake. */
const HANDSHAKE = 22;

describe("rediss:// without a server", () => {
  const network = BusNetwork.ofTests();

  it("begins with a TLS handshake and says nothing in the clear", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const bus = network.create("a", { url: `rediss://user:secret@127.0.0.1:${port}`, atStart: "fail" });
    const starting = bus.start().catch((error: unknown) => String(error));
    const [socket] = (await once(server, "connection")) as [Socket];
    const [bytes] = (await once(socket, "data")) as [Buffer];
    expect(bytes[0]).toBe(HANDSHAKE);
    expect(bytes.toString("latin1")).not.toContain("secret");
    server.on("connection", (another: Socket) => another.destroy());
    socket.destroy();
    await bus.stop();
    expect(await starting).toContain(`rediss://127.0.0.1:${port}`);
    server.close();
  });
});

describeWith(REDIS, "a Redis server", () => {
  describeWith(OPENSSL, "that speaks TLS", () => {
    const network = BusNetwork.ofTests();

    it("is used by who trusts its certificate, and refused by who does not", async () => {
      const certificates = new Certificates();
      network.onClose(() => {
        certificates.remove();
        return Promise.resolve();
      });
      const port = await freePort();
      const { certificate, key, authority } = certificates;
      const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", authority];
      const server = await network.server({ args: ["--tls-port", String(port), "--tls-auth-clients", "no", ...files] });
      const url = `rediss://localhost:${port}`;
      const plan = { url, namespace: "faults", nodeId: "b", incarnation: "1", ...LOGIC };
      const reader = await startReader(plan, { env: { NODE_EXTRA_CA_CERTS: authority } });
      network.onClose(() => reader.remove());
      const publisher = new Publisher(await network.open("a", { url: server.url }), LOGIC, "p");
      publisher.publish(3);
      await reader.prints(/^done p 2$/m);
      await publisher.allSettled();
      const distrusting = network.create("c", { url, atStart: "fail" });
      await expect(distrusting.start()).rejects.toMatchObject({
        code: "NOT_SERVING",
        message: expect.stringMatching(/rediss:\/\/localhost:\d+: .*certificate/) as string,
      });
    });
  });
});
