// Where JSON text stops being JSON: parsers agree on whether it is malformed, not on saying where.

export interface JsonFault {
  /** Both from 1, in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** What would have been right there. */
  readonly expected: string;
}

const LITERALS = ["true", "false", "null"] as const;
const ESCAPES = '"\\/bfnrt';

class Fault extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/** The first fault of `text` under the grammar of RFC 8259; undefined when it is well formed. */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    scanDocument(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.offset).split(/\r\n|\r|\n/);
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected: error.expected };
  }
}

/** Walks with a stack of its own, so that no depth of nesting can exhaust the call stack. */
function scanDocument(text: string): void {
  const open: ("{" | "[")[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    at = scanValueStart(text, at, open);
    at = skipSpace(text, at);
    while (open.length > 0 && text[at] === (open.at(-1) === "{" ? "}" : "]")) {
      open.pop();
      at = skipSpace(text, at + 1);
    }
    const within = open.at(-1);
    if (within === undefined) break;
    if (text[at] !== ",") throw new Fault(at, within === "{" ? '"," or "}"' : '"," or "]"');
    at = skipSpace(text, at + 1);
    if (within === "{") at = scanName(text, at);
  }
  if (at < text.length) throw new Fault(at, "the end of the text");
}

/** Consumes a scalar, an empty container, or openings up to the first value that is not a filled container. */
function scanValueStart(text: string, from: number, open: ("{" | "[")[]): number {
  let at = from;
  for (;;) {
    const first = text[at];
    if (first !== "{" && first !== "[") return scanScalar(text, at);
    at = skipSpace(text, at + 1);
    if (text[at] === (first === "{" ? "}" : "]")) return at + 1;
    open.push(first);
    if (first === "{") at = scanName(text, at);
  }
}

function scanName(text: string, from: number): number {
  if (text[from] !== '"') throw new Fault(from, "a name in double quotes");
  const at = skipSpace(text, scanString(text, from));
  if (text[at] !== ":") throw new Fault(at, '":"');
  return skipSpace(text, at + 1);
}

function scanScalar(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return scanString(text, from);
  const literal = LITERALS.find((word) => text.startsWith(word, from));
  if (literal !== undefined) return from + literal.length;
  if (first === "-" || isDigit(first)) return scanNumber(text, from);
  throw new Fault(from, "a value");
}

function scanString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '"') return at + 1;
    if (character < " ") throw new Fault(at, "an escaped control character");
    if (character !== "\\") continue;
    at += 1;
    if (text[at] === "u") {
      for (const end = at + 4; at < end;) if (!/[0-9a-fA-F]/.test(text[++at] ?? "")) throw new Fault(at, "a hex digit");
    } else if (text[at] === undefined || !ESCAPES.includes(text[at]!)) throw new Fault(at, "an escape such as \\n");
  }
  throw new Fault(text.length, "the closing double quote");
}

function scanNumber(text: string, from: number): number {
  let at = text[from] === "-" ? from + 1 : from;
  at = text[at] === "0" ? at + 1 : scanDigits(text, at);
  if (text[at] === ".") at = scanDigits(text, at + 1);
  if (text[at] === "e" || text[at] === "E") {
    at += 1;
    if (text[at] === "+" || text[at] === "-") at += 1;
    at = scanDigits(text, at);
  }
  return at;
}

function scanDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text[at])) at += 1;
  if (at === from) throw new Fault(at, "a digit");
  return at;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at += 1;
  return at;
}
