// The lines of a text file, plain or gzipped, read as a stream: memory does not grow with the file.
import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { NautilusError } from "../contracts/errors.js";

/** No row of bars is longer; a longer line means that the file is something else. */
const LONGEST_LINE = 65_536;
const CHUNK_BYTES = 65_536;

/**
 * Lines without their ends (LF or CRLF) nor a byte order mark, in batches, one a chunk read.
 * @throws NautilusError INVALID_INPUT naming the file: it cannot be opened or read, is not gzip, is cut off or damaged, or
 * has a line beyond 65,536 characters
 */
export async function* readLines(path: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let count = 0;
  try {
    for await (const chunk of open(path)) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      count += lines.length;
      if (rest.length > LONGEST_LINE) throw notText(path, count + 1);
      yield lines.map(withoutReturn);
    }
  } catch (error) {
    throw error instanceof NautilusError ? error : unreadable(path, error as NodeJS.ErrnoException);
  }
  rest += decoder.decode();
  if (rest !== "") yield [withoutReturn(rest)];
}

/**
 * The fields of one line of a csv file (RFC 4180, but a row ends with its line even inside quotes: a stray quote costs one
 * row, not the rest of the file). Undefined where a quote is not closed or stands inside of a field.
 */
export function splitFields(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^\s*"((?:[^"]|"")*)"\s*(,|$)|^([^",]*)(,|$)/.exec(rest);
    if (match === null) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[3]!);
    if ((match[2] ?? match[4]) === "") return fields;
    rest = rest.slice(match[0].length);
  }
}

function open(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!path.toLowerCase().endsWith(".gz")) return file;
  // The callback is for the error of either stream, which reading the last one reports.
  return pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function notText(path: string, line: number): NautilusError {
  const message = `${path}: line ${line} is longer than ${LONGEST_LINE} characters: is it a csv file?`;
  return new NautilusError("INVALID_INPUT", message, { details: { file: path, line } });
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "may not be read",
  EPERM: "may not be read",
  Z_BUF_ERROR: "the gz file is cut off",
  Z_DATA_ERROR: "is not a gz file, or a damaged one",
};

/** A file that cannot be read, in words. */
export function unreadable(path: string, error: NodeJS.ErrnoException): NautilusError {
  const reason = READ_ERRORS[error.code ?? ""] ?? error.message;
  const details = { file: path, ...(error.code !== undefined && { cause: error.code }) };
  return new NautilusError("INVALID_INPUT", `${path}: ${reason}`, { cause: error, details });
}
