// One figure of a node as Prometheus takes it.

export type Labels = Readonly<Record<string, string>>;

export interface Metric {
  /** `nautilus_…`, with the unit last. */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** Null where there is nothing to say. */
  readonly samples: readonly (readonly [Labels, number | null])[];
}
