// Who reads which topic, as a publisher last saw it: asked anew when the topic's version moved.

export interface ReaderSet {
  /** Null where the server knows of none. */
  readonly version: string | null;
  readonly views: ReadonlySet<string>;
}

const NOBODY: ReaderSet = { version: null, views: new Set() };
/** Topics that are kept; the one that was loaded first is dropped beyond. */
const MAX_TOPICS = 4096;

export class ReaderSets {
  readonly #sets = new Map<string, ReaderSet>();

  of(topic: string): ReaderSet {
    return this.#sets.get(topic) ?? NOBODY;
  }

  /**
   * Whether what is kept is as good as what the server has. A server that forgot the version has lost its data: its readers will
   * be back.
   */
  isCurrent(topic: string, version: string | null): boolean {
    return version === null || this.of(topic).version === version;
  }

  /** The server lost its data and counts anew: what it says of a topic is news, whatever its number. */
  doubt(): void {
    for (const [topic, { views }] of this.#sets) this.#sets.set(topic, { version: null, views });
  }

  set(topic: string, readers: ReaderSet): void {
    const oldest = this.#sets.size >= MAX_TOPICS && !this.#sets.has(topic) ? this.#sets.keys().next().value : undefined;
    if (oldest !== undefined) this.#sets.delete(oldest);
    this.#sets.set(topic, readers);
  }
}
