// Where new ids come from. An input like time and chance, so that a seeded run names everything the same.

export interface Ids {
  /** An id that was never given before, on any node; it starts with `prefix`, which says what kind of thing it names. */
  next(prefix: string): string;
}
