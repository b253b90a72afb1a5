// A client of the event stream that reads as much as a test asks for.

export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error("an event stream has a body");
    this.#reader = response.body.getReader();
  }

  /** The next `count` messages, each as its lines; fewer when the stream ends. */
  async messages(count: number): Promise<string[]> {
    for (;;) {
      const parts = this.#text.split("\n\n");
      if (parts.length > count) {
        this.#text = parts.slice(count).join("\n\n");
        return parts.slice(0, count);
      }
      const { done, value } = await this.#reader.read();
      if (done) return parts.filter((part) => part !== "");
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The ids of the next `count` messages; null for a message without one. */
  async ids(count: number): Promise<(number | null)[]> {
    return (await this.messages(count)).map((message) => {
      const id = /^id: (\d+)$/m.exec(message)?.[1];
      return id === undefined ? null : Number(id);
    });
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}
