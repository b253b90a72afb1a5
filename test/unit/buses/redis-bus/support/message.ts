// A message of a numbered stream.
import type { Envelope } from "../../../../../src/contracts/envelope.js";

export type MessageParts = Partial<Pick<Envelope, "priority" | "data">>;

export function messageOf(
  source: string,
  sequence: number,
  { priority = "normal", data }: MessageParts = {},
): Envelope {
  const stamp = { specversion: "1.0", time: "2024-01-02T03:04:05.678Z", type: "fault.tested", incarnation: 1 } as const;
  return { ...stamp, id: `${source}-${sequence}`, source, priority, sequence, data: data ?? { sequence } };
}
