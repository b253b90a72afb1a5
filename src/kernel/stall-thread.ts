// The thread of a stall watch. It asks the debugger what the main thread is doing, since nothing else can interrupt it.
import { writeSync } from "node:fs";
import { Session, type Debugger } from "node:inspector";
import { workerData } from "node:worker_threads";

export interface StallThreadData {
  /** Counted up by every turn of the watched event loop. */
  readonly beats: Int32Array;
  readonly limitMs: number;
}

const CHECKS_PER_LIMIT = 10;
const FRAMES_SHOWN = 5;

watch(workerData as StallThreadData);

function watch({ beats, limitMs }: StallThreadData): void {
  let seen = Atomics.load(beats, 0);
  let stalledChecks = 0;
  // Never cleared: the timer keeps this thread alive until the debugger has answered.
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    stalledChecks = now === seen ? stalledChecks + 1 : 0;
    seen = now;
    if (stalledChecks === CHECKS_PER_LIMIT) interrupt(limitMs);
  }, limitMs / CHECKS_PER_LIMIT);
}

function interrupt(limitMs: number): void {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params: { callFrames } }) => {
    const frames = callFrames.slice(0, FRAMES_SHOWN).map((frame) => describe(frame, urls));
    const msg = `the event loop did not turn for ${limitMs / 1000} s; the process ends`;
    try {
      writeSync(2, `${JSON.stringify({ level: 60, frames, msg })}\n`);
    } catch {
      // A full disk must not keep a process that hangs.
    }
    const callFrameId = callFrames[0]?.callFrameId ?? "";
    session.post("Debugger.evaluateOnCallFrame", { callFrameId, expression: "process.exit(1)" });
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

function describe({ functionName, location }: Debugger.CallFrame, urls: ReadonlyMap<string, string>): string {
  const where = `${urls.get(location.scriptId) ?? "unknown"}:${location.lineNumber + 1}`;
  return `${functionName === "" ? "(anonymous)" : functionName} at ${where}`;
}
