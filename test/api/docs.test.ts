import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { docsPage } from "../../src/api/docs-page.js";
import { ERROR_TABLE } from "../../src/contracts/errors.js";
import { scriptedApi } from "./support/scripted-api.js";

async function page(): Promise<{ html: string; headers: Headers }> {
  const response = await scriptedApi().get("http://localhost:8000/docs");
  return { html: await response.text(), headers: response.headers };
}

function elements(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g"))].map(([, content]) => content ?? "");
}

describe("GET /docs", () => {
  it("shows every operation with a way to try it", async () => {
    const { html } = await page();
    const { paths } = (await (await scriptedApi().get("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, { operationId }] of Object.entries(item)) {
        expect(html).toContain(`<article id="${operationId}">`);
        expect(html).toContain(`data-method="${method.toUpperCase()}" data-path="${path}"`);
      }
    }
  });

  it("says what a field is, what it may be and what it is by default", async () => {
    const { html } = await page();
    const row = /<tr>\s*<td>\s*<code>constraints\.maxWeight<[^]*?<\/tr>/.exec(html)?.[0];
    expect(row).toContain("number, above 0 to 1");
    expect(row).toContain("<code>0.25</code>");
  });

  it("gives a command that asks this node", async () => {
    const { html } = await page();
    expect(html).toContain("curl http://localhost:8000/api/v1/engines/FACTOR_ENGINE</code>");
    expect(html).toContain("curl -X POST http://localhost:8000/api/v1/workflows/portfolio_optimization/execute");
  });

  it("explains every code that a problem's type leads to", async () => {
    const { html } = await page();
    for (const code of Object.keys(ERROR_TABLE)) expect(html).toContain(`<dt id="${code}">`);
  });

  it("asks nothing of anybody else", async () => {
    const { html } = await page();
    const addresses = [...html.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.filter((address) => !/^(#|\/(open|async)api\.json$)/.test(address ?? ""))).toEqual([]);
    expect(html).not.toMatch(/@import|url\(|<(img|link|iframe|object)/);
  });

  it("runs and wears only what its policy names by content", async () => {
    const { html, headers } = await page();
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain("unsafe");
    for (const [element, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ] as const) {
      const contents = elements(html, element);
      expect(contents).toHaveLength(1);
      const digest = createHash("sha256")
        .update(contents[0] ?? "")
        .digest("base64");
      expect(policy).toContain(`${directive} 'sha256-${digest}'`);
    }
    expect(html).not.toMatch(/\s(style|on\w+)="/);
  });

  it("escapes whatever it is given", async () => {
    const evil = `</code><script>alert("x")</script>'&`;
    const html = await docsPage(
      {
        openapi: "3.1.0",
        info: { title: evil, version: evil, description: `\`${evil}\`` },
        paths: {
          [`/${evil}`]: {
            get: {
              operationId: evil,
              summary: evil,
              tags: [evil],
              parameters: [{ name: evil, in: "path", description: evil, example: evil }],
              responses: { 200: { description: evil, content: { [evil]: { example: evil } } } },
            },
          },
        },
      },
      evil,
    );
    expect(String(html)).not.toContain("<script>alert");
    expect(String(html)).toContain("&lt;script&gt;alert(&quot;x&quot;)");
  });
});
