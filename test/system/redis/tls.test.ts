// rediss:// is Redis over TLS, to a server whose certificate the process trusts.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Certificates, OPENSSL } from "../../support/certificates.js";
import { freePort, REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { Network } from "../../unit/buses/redis-bus/support/network.js";
import { LOGIC, Publisher } from "../../unit/buses/redis-bus/support/numbered.js";
import { Program, ROOT } from "../support/program.js";
import type { ReaderPlan } from "./support/reader-process.js";

const READER = fileURLToPath(new URL("support/reader-process.ts", import.meta.url));
/** First byte of a TLS record that holds a handshake. */
const HANDSHAKE = 22;

describe("rediss:// without a server", () => {
  const network = Network.ofTests();

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
    const network = Network.ofTests();

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
      const plan: ReaderPlan = { url, namespace: "faults", nodeId: "b", incarnation: "1", ...LOGIC };
      const args = ["--import", "tsx", READER, JSON.stringify(plan)];
      const reader = new Program(process.execPath, args, { cwd: ROOT, env: { NODE_EXTRA_CA_CERTS: authority } });
      network.onClose(() => reader.remove());
      await reader.prints(/^reads$/m);
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
