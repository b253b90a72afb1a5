// A process whose requests reach a scripted node, without a socket.
import { scriptedApi, type ScriptedApi } from "../../../api/support/scripted-api.js";
import { ScriptedIo } from "./scripted-io.js";

export interface Asking {
  readonly io: ScriptedIo;
  readonly scripted: ScriptedApi;
  /** Addresses that were asked. */
  readonly urls: string[];
}

export function askingIo(options: Parameters<typeof scriptedApi>[0] = {}): Asking {
  const io = new ScriptedIo();
  const scripted = scriptedApi(options);
  const urls: string[] = [];
  io.fetch = async (input, init) => {
    const request = new Request(input, init);
    urls.push(request.url);
    return scripted.api.fetch(request);
  };
  return { io, scripted, urls };
}

/** Like the error of a fetch that nobody listens to. */
export function refusingIo(code = "ECONNREFUSED"): ScriptedIo {
  const io = new ScriptedIo();
  io.fetch = () => Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));
  return io;
}
