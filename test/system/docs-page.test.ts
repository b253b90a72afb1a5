// The documentation as people see it: in a real browser, with nothing but this node to ask.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as browserType, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromium, chromiumPath } from "../support/chromium.js";
import { describeWith } from "../support/requirements.js";
import { startNode, type NodeProcess } from "./support/node-process.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

describeWith(chromium(), "the docs page in a browser", () => {
  const profile = mkdtempSync(join(tmpdir(), "nautilus-browser-"));
  let node: NodeProcess;
  let browser: BrowserContext;
  let page: Page;
  const requested: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    node = await startNode(["--speed", "max", "--universe", "2"]);
    browser = await browserType.launchPersistentContext(profile, {
      executablePath: chromiumPath()!,
      headless: true,
      args: FLAGS,
    });
    page = await browser.newPage();
    page.on("request", (request) => requested.push(request.url()));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${node.url}/docs`, { waitUntil: "networkidle" });
  });
  afterAll(async () => {
    await browser.close();
    await node.program.remove();
    rmSync(profile, { recursive: true, force: true });
  });

  it("lists every operation", async () => {
    const { body } = await node.get<{ paths: Record<string, Record<string, { operationId: string }>> }>(
      "/openapi.json",
    );
    const operations = Object.values(body.paths).flatMap((item) => Object.values(item).map((each) => each.operationId));
    expect(operations.length).toBeGreaterThan(15);
    for (const operation of operations) expect(await page.locator(`article#${operation} h3`).isVisible()).toBe(true);
  });

  it("tries GET /health and shows what came", async () => {
    const operation = page.locator("article#health");
    await operation.locator("details:has(form) > summary").click();
    await operation.getByRole("button", { name: "Send" }).click();
    const output = operation.locator("form output");
    await output.getByText('"status": "healthy"').waitFor();
    expect(await output.innerText()).toContain("200");
  });

  it("fits a narrow screen, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 390, height: 800 });
      const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate<number>(overflow)).toBe(0);
    }
  });

  it("asks nobody but its node, and complains of nothing", () => {
    expect(requested.length).toBeGreaterThan(1);
    expect(requested.filter((url) => !url.startsWith(`${node.url}/`))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
