// Some tests do more or less of the same. `npm test` takes their short form, `npm run verify`
// the long one, and so does one test file with `TEST_FORM=long npm test -- PATH`.

const isLong = process.env["TEST_FORM"] === "long";

/** How much of it: seeds, runs, faults, simulated hours. */
export function inForm<T>({ short, long }: { readonly short: T; readonly long: T }): T {
  return isLong ? long : short;
}
