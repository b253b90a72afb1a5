// Who may ask: the bearer of the token, where the node was given one.
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { NautilusError } from "../contracts/errors.js";
import type { ApiEnv } from "./api-env.js";
import { problemResponse } from "./problem.js";

const OPEN_PATHS = ["/health", "/ready"];

/** Answers 401 to everything but health and readiness that does not bear `token`. */
export function bearerOf(token: string): MiddlewareHandler<ApiEnv> {
  const wanted = digest(token);
  return async (c, next) => {
    const given = /^bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
    // Digests have one length, so that comparing them takes one time whatever was given.
    if (OPEN_PATHS.includes(c.req.path) || (given !== undefined && timingSafeEqual(digest(given), wanted))) {
      await next();
      return;
    }
    const detail = given === undefined ? "send Authorization: Bearer with the token of this node" : "not the token";
    const challenge =
      given === undefined ? 'Bearer realm="nautilus"' : 'Bearer realm="nautilus", error="invalid_token"';
    return problemResponse(new NautilusError("UNAUTHORIZED", detail), c.req.path, { "www-authenticate": challenge });
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
