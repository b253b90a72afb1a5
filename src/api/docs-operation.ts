// One operation on the docs page: what it takes, what it answers, how to ask for it, and a form to do so.
import { html } from "hono/html";
import { schemaRows, typeText, type JsonSchema, type SchemaRow, type Schemas } from "./docs-schema.js";

export type Html = ReturnType<typeof html>;

interface MediaType {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value?: unknown }>>;
}

type Content = Readonly<Record<string, MediaType>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema?: JsonSchema & { readonly example?: unknown };
}

/** The part of an OpenAPI operation that the page shows. */
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface ShownOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface PageParts {
  readonly schemas: Schemas;
  /** Where the reader reached this node. */
  readonly origin: string;
}

const PROBLEM_TYPE = "application/problem+json";

export function operationArticle({ method, path, operation }: ShownOperation, parts: PageParts): Html {
  const { operationId, summary, description, parameters = [] } = operation;
  const body = operation.requestBody?.content["application/json"];
  return html`<article id="${operationId}">
    <h3>${methodBadge(method)} <a href="#${operationId}">${path}</a></h3>
    <p>${prose(summary)}</p>
    ${description === undefined ? "" : html`<p class="quiet">${prose(description)}</p>`}
    ${parameters.length === 0 ? "" : parameterTable(parameters, parts)} ${body ? bodyTable(body, parts) : ""}
    <h4>Answers</h4>
    ${Object.entries(operation.responses).map(([status, answer]) => answerDetails(status, answer, parts))}
    <h4>Example</h4>
    <pre><code>${curlExample({ method, path, operation }, parts)}</code></pre>
    ${tryForm({ method, path, operation })}
  </article>`;
}

export function methodBadge(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`;
}

/** What stands between backticks, as code. */
export function prose(text = ""): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function parameterTable(parameters: readonly Parameter[], { schemas }: PageParts): Html {
  const rows = parameters.map((parameter) => ({
    path: parameter.name,
    type: `${typeText(parameter.schema ?? {}, schemas)}, in ${parameter.in}`,
    isRequired: parameter.required === true,
    description: parameter.description ?? parameter.schema?.description ?? "",
    fallback: undefined,
  }));
  return html`<h4>Parameters</h4>
    ${fieldTable(rows, "needed")}`;
}

function bodyTable({ schema = {} }: MediaType, { schemas }: PageParts): Html {
  const rows = schemaRows(schema, schemas);
  if (rows.length === 0)
    return html`<h4>Body</h4>
      <p class="quiet">None.</p>`;
  return html`<h4>Body <span class="quiet">application/json</span></h4>
    ${fieldTable(rows, "needed")}`;
}

/** Which fields are marked: those that a request needs, or those that an answer may lack. */
function fieldTable(rows: readonly SchemaRow[], marked: "needed" | "optional"): Html {
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td>
                <code>${row.path}</code
                >${row.isRequired === (marked === "needed") ? html` <span class="${marked}">${marked}</span>` : ""}
              </td>
              <td>${row.type}${row.fallback === undefined ? "" : html`, by default <code>${row.fallback}</code>`}</td>
              <td>${prose(row.description)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function answerDetails(status: string, answer: Operation["responses"][string], { schemas }: PageParts): Html {
  const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
  const badge = html`<span class="${status < "400" ? "good" : "bad"}">${status}</span>`;
  if (type === undefined || type === PROBLEM_TYPE) {
    const codes = Object.keys(media?.examples ?? {});
    return html`<p class="problem">
      ${badge} ${codes.map((code) => html`<a href="#${code}"><code>${code}</code></a> `)}
    </p>`;
  }
  const rows = schemaRows(media?.schema ?? {}, schemas);
  return html`<details>
    <summary>${badge} ${prose(answer.description)} <span class="quiet">${type}</span></summary>
    ${media?.example === undefined ? "" : html`<pre><code>${exampleText(media.example)}</code></pre>`}
    ${rows.length === 0 ? "" : fieldTable(rows, "optional")}
  </details>`;
}

function exampleText(example: unknown): string {
  return typeof example === "string" ? example : JSON.stringify(example, undefined, 2);
}

/** The last example says the most. */
function exampleBody(operation: Operation): unknown {
  const examples = operation.requestBody?.content["application/json"]?.examples ?? {};
  return Object.values(examples).at(-1)?.value;
}

function parameterExample({ example, schema }: Parameter): string {
  const value = example ?? schema?.example;
  return typeof value === "string" ? value : "";
}

function curlExample({ method, path, operation }: ShownOperation, { origin }: PageParts): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    const parameter = operation.parameters?.find((candidate) => candidate.name === name);
    return (parameter && parameterExample(parameter)) || placeholder;
  });
  const body = exampleBody(operation);
  const words = ["curl", ...(method === "get" ? [] : [`-X ${method.toUpperCase()}`]), `${origin}${filled}`];
  if (body !== undefined) words.push(`-H 'content-type: application/json' -d '${JSON.stringify(body)}'`);
  return words.join(" ");
}

function tryForm({ method, path, operation }: ShownOperation): Html {
  const inputs = (operation.parameters ?? []).filter((parameter) => parameter.in !== "header");
  const body =
    operation.requestBody === undefined ? undefined : JSON.stringify(exampleBody(operation) ?? {}, undefined, 2);
  return html`<details>
    <summary>Try it</summary>
    <form data-method="${method.toUpperCase()}" data-path="${path}">
      ${inputs.map(
        (input) =>
          html`<label
            >${input.name}
            <input
              name="${input.name}"
              data-in="${input.in}"
              value="${input.in === "path" ? parameterExample(input) : ""}"
              autocomplete="off"
          /></label>`,
      )}
      ${body === undefined ? "" : html`<label>Body <textarea spellcheck="false">${body}</textarea></label>`}
      <div><button>Send</button><button type="button">Stop</button></div>
      <output aria-live="polite"
        ><p></p>
        <pre></pre>
      </output>
    </form>
  </details>`;
}
