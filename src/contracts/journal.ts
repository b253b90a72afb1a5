// The port of the journal: what happened, in one order, each entry bound to all before it by a hash.

export interface JournalRecord {
  /** RFC 3339, by the clock of the node. */
  readonly at: string;
  /** Node id. */
  readonly node: string;
  /** `domain.pastTense`. */
  readonly kind: string;
  readonly subject: string;
  /** JSON, or what the canonical form of the journal says; never changed once appended. */
  readonly data: unknown;
}

export interface JournalEntry extends JournalRecord {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** SHA-256, hex, over the hash before it and the canonical form of the record. */
  readonly hash: string;
}

export interface JournalHead {
  /** 0 while nothing was appended. */
  readonly sequence: number;
  readonly hash: string;
}

export interface Journal {
  /** @throws TypeError for data that has no canonical form; nothing is appended then */
  append(record: JournalRecord): void;
  head(): JournalHead;
  /** What is still kept, oldest first. */
  entries(): readonly JournalEntry[];
  /** The sequence of the first kept entry that is not what was appended; undefined where the chain holds. */
  firstBroken(): number | undefined;
}
