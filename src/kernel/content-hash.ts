// SHA-256 of many small pieces. A hash that is handed each of them spends its time on being handed them: they are collected
// first, and what is small in all is hashed at once.
import { createHash, hash, type Hash } from "node:crypto";

const COLLECTED_BYTES = 1024;

export class ContentHash {
  readonly #bytes = Buffer.allocUnsafe(COLLECTED_BYTES);
  #length = 0;
  #stream: Hash | undefined;

  /** Characters below 128 only. */
  ascii(text: string): void {
    if (!this.#hasRoom(text.length)) {
      this.#flushed().update(text, "latin1");
      return;
    }
    let at = this.#length;
    for (let index = 0; index < text.length; index += 1) this.#bytes[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  /** By code units, the low byte first. */
  utf16(text: string): void {
    if (!this.#hasRoom(2 * text.length)) {
      this.#flushed().update(text, "utf16le");
      return;
    }
    let at = this.#length;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      this.#bytes[at++] = unit;
      this.#bytes[at++] = unit >>> 8;
    }
    this.#length = at;
  }

  raw(view: ArrayBufferView): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (!this.#hasRoom(bytes.length)) {
      this.#flushed().update(bytes);
      return;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Ends it. */
  hex(): string {
    if (this.#stream !== undefined) return this.#flushed().digest("hex");
    return hash("sha256", this.#bytes.subarray(0, this.#length), "hex");
  }

  /** Hands over what was collected; false for what is too large to be collected at all. */
  #hasRoom(more: number): boolean {
    if (this.#length + more <= COLLECTED_BYTES) return true;
    this.#flushed();
    return more <= COLLECTED_BYTES;
  }

  #flushed(): Hash {
    this.#stream ??= createHash("sha256");
    if (this.#length > 0) this.#stream.update(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return this.#stream;
  }
}
