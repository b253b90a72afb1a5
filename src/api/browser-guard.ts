// What a web page of somebody else's must not do through the user's browser: reach a node on loopback under another name
// (DNS rebinding), or make it act (cross-site request forgery). Programs send no Origin and the host they mean.
import { NautilusError } from "../contracts/errors.js";
import { bracketed, isLoopback } from "./host.js";
import { problemResponse } from "./problem.js";

export type Fetch = (request: Request) => Response | Promise<Response>;

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

const NO_HOST = "the Host header of the request is no host";

/** `boundTo` is the host that the server listens on. */
export function guardBrowsers(fetch: Fetch, boundTo: string): Fetch {
  const onLoopback = isLoopback(boundTo);
  return (request) => {
    const authority = request.headers.get("host") ?? bracketed(boundTo);
    const host = hostnameOf(`http://${authority}`);
    const origin = request.headers.get("origin");
    if (onLoopback && !isLoopback(host)) {
      return refusal(request, `this node listens on ${boundTo} and does not answer to the host ${authority}`);
    }
    if (host === "") return problemResponse(new NautilusError("INVALID_INPUT", NO_HOST), pathOf(request));
    if (origin !== null && !SAFE_METHODS.includes(request.method) && !isFriendly(hostnameOf(origin), host)) {
      return refusal(request, `pages of ${origin} may not act on this node`);
    }
    return fetch(request);
  };
}

/** The node's own pages, and where it listens for this machine only, other ports of this machine. */
function isFriendly(origin: string, host: string): boolean {
  return origin !== "" && (origin === host || (isLoopback(origin) && isLoopback(host)));
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}

function refusal(request: Request, detail: string): Response {
  return problemResponse(new NautilusError("FORBIDDEN", detail), pathOf(request));
}

/** By hand: the host in front of it is the client's, and may be none that a URL can have. */
function pathOf({ url }: Request): string {
  return /^[a-z]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "/";
}
