// Whether a fault is one that there is, and strikes what is there.
import type { Targets } from "./draw-faults.js";
import { FAULT_KINDS, type FaultKind } from "./fault-kinds.js";
import { faultText, type Fault } from "./fault.js";

/** @throws RangeError where there is none */
export function kindOf(fault: Fault): FaultKind {
  const kind = FAULT_KINDS.find(({ name }) => name === fault.kind);
  if (kind === undefined) throw new RangeError(`there is no fault ${fault.kind}`);
  return kind;
}

/** @throws RangeError naming what there is instead */
export function checkTarget(fault: Fault, { nodes, engines, instances }: Targets): void {
  const kind = kindOf(fault);
  const known = { node: nodes, engine: engines, instance: instances, network: [""] }[kind.strikes];
  if (known.includes(fault.target)) return;
  const there = kind.strikes === "network" ? "it strikes the network" : `there are ${known.join(", ")}`;
  throw new RangeError(`${faultText(fault)}: there is no ${kind.strikes} ${fault.target} here; ${there}`);
}
