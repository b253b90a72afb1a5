// A certificate authority of one test, and a certificate of it for this machine, made by openssl.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Requirement } from "./requirements.js";

export const OPENSSL: Requirement = {
  isMet: spawnSync("openssl", ["version"]).status === 0,
  reason: "openssl is not installed (Debian: apt-get install openssl)",
};

export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), "nautilus-certificates-"));
  readonly authority = join(this.#folder, "authority.crt");
  readonly certificate = join(this.#folder, "server.crt");
  readonly key = join(this.#folder, "server.key");

  constructor() {
    const [authorityKey, request, extension] = ["authority.key", "server.csr", "server.ext"].map((name) =>
      join(this.#folder, name),
    ) as [string, string, string];
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-days",
      "2",
      "-subj",
      "/CN=test authority",
      "-keyout",
      authorityKey,
      "-out",
      this.authority,
    );
    openssl("req", ...newKey, "-subj", "/CN=localhost", "-keyout", this.key, "-out", request);
    writeFileSync(extension, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    const signer = ["-CA", this.authority, "-CAkey", authorityKey, "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", request, ...signer, "-extfile", extension, "-out", this.certificate);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
}
