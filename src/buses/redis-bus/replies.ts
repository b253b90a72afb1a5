// Replies of Redis that name what they hold.

/** Of a list of names and values, the value of that name. */
export function fieldOf(fields: readonly unknown[], name: string): unknown {
  return fields[fields.indexOf(name) + 1];
}
