// Ids without coordination: whose they are, a random salt, and a count.
import type { Ids } from "../contracts/ids.js";
import type { Random } from "../contracts/random.js";

const SALT_DIGITS = 8;

/**
 * Ids `prefix-scope-salt-count`, the last two in base 36. The count keeps them apart within one source, the salt (41 bits,
 * drawn once) two sources of the same scope in one process, the scope everything else: name a node and its incarnation, since
 * a restart with the same seed draws the same salt.
 */
export function createIds(random: Random, scope: string): Ids {
  const salt = Array.from({ length: SALT_DIGITS }, () => random.integer(36).toString(36)).join("");
  const suffix = `-${scope}-${salt}-`;
  let count = 0;
  return { next: (prefix) => prefix + suffix + (count++).toString(36) };
}
