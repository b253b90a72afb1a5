// A copy that its owner may write to, of values that are shared.

/** JSON-like data with typed arrays, these over memory of their own; anything else stands as it is. */
export function privateCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return copyView(value);
  if (Array.isArray(value)) return value.map(copy);
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copy(field)]));
}

function copyView(view: ArrayBufferView): unknown {
  if (view instanceof DataView) return view;
  const typed = view as Float64Array;
  return new (typed.constructor as Float64ArrayConstructor)(typed);
}
