// What XState's inspection tells of the control plane, as a line of plain data.
import type { AnyActorRef, InspectionEvent } from "xstate";

export interface InspectionLine {
  readonly type: string;
  /** Its name in the system, or its session. */
  readonly actor: string;
  readonly event?: string;
  /** Of the chart, after a snapshot. */
  readonly state?: unknown;
  readonly status?: string;
}

/** Undefined for what a reader of a file has no use for: single steps within one event, and actions. */
export function inspectionLine(inspected: InspectionEvent): InspectionLine | undefined {
  const { type } = inspected;
  const actor = nameOf(inspected.actorRef as AnyActorRef);
  if (type === "@xstate.actor") return { type, actor };
  if (type === "@xstate.event") return { type, actor, event: inspected.event.type };
  if (type !== "@xstate.snapshot") return undefined;
  const { status, value } = inspected.snapshot as { readonly status: string; readonly value?: unknown };
  return { type, actor, event: inspected.event.type, ...(value !== undefined && { state: value }), status };
}

function nameOf(actor: AnyActorRef): string {
  const { systemId } = actor as unknown as { readonly systemId?: string };
  return systemId ?? actor.id;
}
