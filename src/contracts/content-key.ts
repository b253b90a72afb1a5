// Content keys may carry a salt: a run that wants everything computed anew salts its keys, and only those.

const SALT_SEPARATOR = "~";

/** The key under which a product is kept. */
export function saltedKey(base: string, salt: string | undefined): string {
  return salt === undefined ? base : `${base}${SALT_SEPARATOR}${salt}`;
}

/** What the key says of the content alone: the same with and without salt. */
export function baseKey(key: string): string {
  const at = key.indexOf(SALT_SEPARATOR);
  return at < 0 ? key : key.slice(0, at);
}

/** What salts the key; undefined for one that may be shared between runs. */
export function saltOf(key: string): string | undefined {
  const at = key.indexOf(SALT_SEPARATOR);
  return at < 0 ? undefined : key.slice(at + SALT_SEPARATOR.length);
}
