// The docs page: made on this node from the OpenAPI document, whole in one answer, asking nothing of anybody else.
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { ERROR_TABLE } from "../contracts/errors.js";
import {
  methodBadge,
  operationArticle,
  prose,
  type Html,
  type Operation,
  type ShownOperation,
} from "./docs-operation.js";
import type { Schemas } from "./docs-schema.js";
import { DOCS_SCRIPT } from "./docs-script.js";
import { DOCS_STYLE } from "./docs-style.js";
import type { OpenApiDocument } from "./openapi-document.js";

interface Group {
  readonly tag: string;
  readonly operations: readonly ShownOperation[];
}

/** Nothing may run or load but this page's own style and script, by their content, and what it asks of this node. */
export const DOCS_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${contentHash(DOCS_STYLE)}'`,
  `script-src '${contentHash(DOCS_SCRIPT)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// Whole elements: their content must be what was hashed, to the byte.
const STYLE = raw(`<style>${DOCS_STYLE}</style>`);
const SCRIPT = raw(`<script>${DOCS_SCRIPT}</script>`);

/** `origin` is where the reader reached this node, for the examples. Everything from outside is escaped. */
export function docsPage(document: OpenApiDocument, origin: string): Html {
  const { title, version, description } = document.info;
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const all = operations(document);
  const tags = [...new Set(all.map(tagOf))];
  const groups = tags.map((tag) => ({ tag, operations: all.filter((shown) => tagOf(shown) === tag) }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} ${version}</title>
        ${STYLE}
      </head>
      <body>
        <div class="page">
          ${navigation(groups)}
          <main>
            <header>
              <h1>${title} <small>${version}</small></h1>
              <p>${prose(description)}</p>
              <p class="quiet">
                For programs: <a href="/openapi.json">openapi.json</a>, and
                <a href="/asyncapi.json">asyncapi.json</a> for messages. Where the node was started with a token, every
                request but health and readiness needs it as <code>Authorization: Bearer</code>.
              </p>
              <label>Token for trying things out <input id="token" type="password" autocomplete="off" /></label>
            </header>
            ${groups.map(
              (group) =>
                html`<section>
                  <h2>${group.tag}</h2>
                  ${group.operations.map((shown) => operationArticle(shown, { schemas, origin }))}
                </section>`,
            )}
            ${problemSection()}
          </main>
        </div>
        ${SCRIPT}
      </body>
    </html>`;
}

function operations({ paths = {} }: OpenApiDocument): ShownOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation: operation as Operation })),
  );
}

function tagOf({ operation }: ShownOperation): string {
  return operation.tags?.[0] ?? "Other";
}

function navigation(groups: readonly Group[]): Html {
  return html`<nav aria-label="Operations">
    ${groups.map(
      (group) =>
        html`<h2>${group.tag}</h2>
          <ul>
            ${group.operations.map(
              ({ method, path, operation }) =>
                html`<li><a href="#${operation.operationId}">${methodBadge(method)} ${path}</a></li>`,
            )}
          </ul>`,
    )}
    <h2>Problems</h2>
    <ul>
      <li><a href="#problems">Codes</a></li>
    </ul>
  </nav>`;
}

function problemSection(): Html {
  return html`<section id="problems">
    <h2>Problems</h2>
    <p>
      Every failure is <code>application/problem+json</code> with <code>type</code>, <code>title</code>,
      <code>status</code>, <code>detail</code>, <code>instance</code>, <code>code</code>, <code>retryable</code>, and
      <code>details</code> where there are any. A failed run adds its <code>runId</code> and <code>steps</code> so far.
    </p>
    <dl class="problems">
      ${Object.entries(ERROR_TABLE).map(
        ([code, { status, title, retryable }]) =>
          html`<dt id="${code}"><code>${code}</code> ${status}</dt>
            <dd>${title}.${retryable ? " May succeed when tried again." : ""}</dd>`,
      )}
    </dl>
  </section>`;
}

function contentHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
