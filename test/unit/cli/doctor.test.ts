import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { checkNodeVersion, checkPackages, checkPort, checkReplayData } from "../../../src/cli/doctor-checks.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { freePort, REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { askingIo, refusingIo } from "./support/asking-io.js";

describe("nautilus doctor", () => {
  it("tells that a node runs, and how it is", async () => {
    const { io, scripted } = askingIo();
    scripted.node.level = "degraded";
    await runCli(["doctor"], io);
    expect(io.out).toMatch(/^ok {7}Node\.js v20\.19\.0$/m);
    expect(io.out).toMatch(/^ok {7}a node runs at http:\/\/127\.0\.0\.1:8000: degraded$/m);
  });

  it("fails when the node that runs does not serve", async () => {
    const { io, scripted } = askingIo();
    Object.assign(scripted.node, { alive: false, level: "starting" });
    expect(await runCli(["doctor"], io)).toBe(1);
    expect(io.out).toMatch(/^problem {2}a node runs at http:\/\/127\.0\.0\.1:8000: starting$/m);
  });

  it("looks at the port where no node runs", async () => {
    const io = refusingIo();
    await runCli(["doctor", "--port", "0"], io);
    expect(io.out).toMatch(/^ok {7}port 0 on 127\.0\.0\.1 is free$/m);
  });

  it("fails on a Node.js that is too old", async () => {
    const { io } = askingIo();
    io.nodeVersion = "v18.20.4";
    expect(await runCli(["doctor"], io)).toBe(1);
    expect(io.out).toMatch(/^problem {2}Node\.js v18\.20\.4: install Node\.js 20\.19 or later$/m);
  });
});

describe("checkNodeVersion", () => {
  it.each([
    ["v20.18.3", false],
    ["v20.19.0", true],
    ["v22.0.0", true],
    ["v24.1.0", true],
    ["v18.99.0", false],
  ])("%s: %s", (version, isOk) => {
    expect(checkNodeVersion(version).isOk).toBe(isOk);
  });
});

describe("checkPackages", () => {
  it("finds those of this project", () => {
    expect(checkPackages()).toMatchObject({ isOk: true });
  });

  it("names those that are missing", () => {
    expect(checkPackages(["zod", "a-package-that-nobody-made"])).toEqual({
      isOk: false,
      what: "packages missing: a-package-that-nobody-made",
      mend: "npm ci installs them",
    });
  });
});

describe("checkReplayData", () => {
  it("says where the data is", () => {
    expect(checkReplayData(() => "replay.csv")).toEqual({ isOk: true, what: "data of the replay feed at replay.csv" });
  });

  it("says what makes it where it is missing", () => {
    const missing = (): never => {
      throw new NautilusError("INVALID_INPUT", "`npm run build` makes it");
    };
    expect(checkReplayData(missing)).toMatchObject({ isOk: false, mend: "`npm run build` makes it" });
  });
});

describe("checkPort", () => {
  it("finds a port that is in use, and gives back one that is not", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    expect(await checkPort("127.0.0.1", port)).toMatchObject({
      isOk: false,
      what: `port ${port} on 127.0.0.1 cannot be used (EADDRINUSE)`,
    });
    taken.close();
    await once(taken, "close");
    expect(await checkPort("127.0.0.1", port)).toMatchObject({ isOk: true });
    expect(await checkPort("127.0.0.1", port)).toMatchObject({ isOk: true });
  });
});

describeWith(REDIS, "checkRedis", () => {
  it("finds the servers that a node over Redis would use, and says which one it cannot", async () => {
    const server = await RedisServer.start();
    const gone = await freePort();
    const { io } = askingIo();
    const servers = [
      ...["--redis-market-data", server.url, "--redis-engine-logic", `redis://me:secret@127.0.0.1:${gone}`],
      ...["--redis-neural-gpu", server.url],
    ];
    expect(await runCli(["doctor", "--bus", "redis", ...servers], io)).toBe(1);
    await server.stop();
    expect(io.out).toMatch(/^ok {7}Redis of marketData at redis:\/\/127\.0\.0\.1:\d+, version \d+\.\d+\.\d+$/m);
    expect(io.out).toMatch(
      /^problem {2}Redis of engineLogic at redis:\/\/127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/m,
    );
    expect(io.out).not.toContain("secret");
  });

  it("is asked of nobody where a node is a network of its own", async () => {
    const { io } = askingIo();
    await runCli(["doctor"], io);
    expect(io.out).not.toContain("Redis");
  });
});
