// What a newcomer sees: a node starts, and the first request is answered with a portfolio that seven engines made.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWith } from "../support/requirements.js";
import { sharedData, sharedDataPath } from "../support/shared-data.js";
import { csvRows, csvText, dataFolder, dateOf } from "./support/csv-bars.js";
import { startNode, type NodeProcess } from "./support/node-process.js";
import { expectSoundPortfolio, weightsOf } from "./support/runs.js";

/** Within the history of every node, whatever its speed. */
const AS_OF = "2016-02-12";
const CONSTRAINTS = { minWeight: 0.05, maxWeight: 0.4, maxAssets: 5 };
const US9 = "us9-ohlcv/us9-ohlcv-1998-2021.csv.gz";

interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
}

describe("nautilus start on its own data", () => {
  let node: NodeProcess;
  beforeAll(async () => {
    node = await startNode(["--speed", "max", "--node-id", "alpha"]);
  });
  afterAll(() => node.program.remove());

  it("answers the first request with a sound portfolio, and marks what is real and what is generated", async () => {
    expect(await node.get<Health>("/health")).toEqual({
      status: 200,
      body: { status: "healthy", nodeId: "alpha", reasons: [] },
    });
    const { run } = await node.execute();
    expectSoundPortfolio(run);
    const { feed } = await node.status();
    expect(run.asOf).toBe(feed?.lastDate);
    const real = run.universe?.included.filter(({ origin }) => origin === "real").map(({ symbol }) => symbol);
    const synthetic = run.universe?.included.filter(({ origin }) => origin === "synthetic");
    expect(real).toEqual(["AAPL", "SPX"]);
    expect(synthetic).toHaveLength(30);
  });

  it("holds the constraints and the capital that it is given", async () => {
    const { run } = await node.execute({ constraints: CONSTRAINTS, capital: 250_000, asOf: AS_OF });
    expectSoundPortfolio(run, { ...CONSTRAINTS, capital: 250_000 });
    expect(run.asOf).toBe(AS_OF);
  });

  it("gives the same bytes again: reused, computed afresh, elsewhere at another speed, and after a restart", async () => {
    const { run, resultText } = await node.execute({ asOf: AS_OF });
    expectSoundPortfolio(run);

    const again = await node.execute({ asOf: AS_OF });
    expect(again.resultText).toBe(resultText);
    expect(again.run.runId).not.toBe(run.runId);
    // A source is asked every time, for it alone knows which bar is the last.
    const computed = again.run.steps.filter(({ reusedFrom }) => reusedFrom === undefined);
    expect(computed.map(({ engineId }) => engineId)).toEqual(["IBKR_KEEPALIVE_ENGINE"]);

    const fresh = await node.execute({ asOf: AS_OF, fresh: true });
    expect(fresh.resultText).toBe(resultText);
    expect(fresh.run.steps.filter(({ reusedFrom }) => reusedFrom !== undefined)).toEqual([]);

    const elsewhere = await startNode(["--node-id", "beta", "--replicas", "FACTOR_ENGINE=2"]);
    try {
      const { run: first } = await elsewhere.execute();
      expectSoundPortfolio(first);
      // One bar a second: it is still far from the end of its data.
      expect(first.asOf! < String((await node.status()).feed!["lastDate"])).toBe(true);
      expect((await elsewhere.execute({ asOf: AS_OF })).resultText).toBe(resultText);
    } finally {
      await elsewhere.program.remove();
    }

    node.program.signal("SIGTERM");
    expect((await node.program.exited).code).toBe(0);
    await node.program.remove();
    node = await startNode(["--speed", "max", "--node-id", "alpha"]);
    expect((await node.execute({ asOf: AS_OF })).resultText).toBe(resultText);
  });

  it("gives another portfolio under another seed", async () => {
    const { run } = await node.execute({ asOf: AS_OF });
    const other = await startNode(["--speed", "max", "--seed", "2"]);
    try {
      const { run: differs } = await other.execute({ asOf: AS_OF });
      expectSoundPortfolio(differs);
      expect(weightsOf(differs)).not.toEqual(weightsOf(run));
    } finally {
      await other.program.remove();
    }
  });
});

describe("nautilus start on a file of one's own", () => {
  const rows = csvRows(420);
  const asOf = dateOf(rows[6 * 380]!);
  const request = { asOf, lookbackBars: 200 };
  const folder = dataFolder();
  const full = folder.write("full.csv", csvText(rows));
  const cut = folder.write("cut.csv", csvText(rows.filter((row) => dateOf(row) <= asOf)));
  afterAll(() => folder.remove());

  it("answers as of a date with the same bytes when the file ends there", async () => {
    const nodes = await Promise.all(
      [full, cut].map((path) => startNode(["--feed", "csv", "--data", path, "--speed", "max", "--live-bars", "100"])),
    );
    try {
      const [whole, short] = await Promise.all(nodes.map((node) => node.execute(request)));
      expectSoundPortfolio(whole!.run);
      expect(whole!.run.universe?.included.map(({ origin }) => origin)).toEqual(Array<string>(6).fill("real"));
      expect(whole!.run.asOf).toBe(asOf);
      expect(short!.resultText).toBe(whole!.resultText);
      expect((await nodes[1]!.status()).feed?.lastDate).toBe(asOf);
    } finally {
      await Promise.all(nodes.map(({ program }) => program.remove()));
    }
  });
});

describeWith(sharedData(US9), "nautilus start on nine real stocks", () => {
  it("answers the first request with a sound portfolio of them", async () => {
    const node = await startNode(["--feed", "csv", "--data", sharedDataPath(US9), "--speed", "max"]);
    try {
      expect((await node.get<Health>("/health")).status).toBe(200);
      const { run, resultText } = await node.execute();
      expectSoundPortfolio(run);
      expect(run.universe?.included).toHaveLength(9);
      expect(run.universe?.included.every(({ origin }) => origin === "real")).toBe(true);
      expect((await node.execute({ asOf: run.asOf, fresh: true })).resultText).toBe(resultText);
    } finally {
      await node.program.remove();
    }
  });
});
