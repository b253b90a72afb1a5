// What every pool promises, wherever it runs its kernels.
import { afterAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../src/contracts/pool.js";
import { echo, infeasible, nextTurn, rejecting, sum, throwing } from "./pool-kernels.js";

export function describePoolContract(name: string, create: () => Pool): void {
  describe(`pool contract: ${name}`, () => {
    const pool = create();
    const created: Pool[] = [pool];
    afterAll(() => Promise.all(created.map((each) => each.close())));

    function another(): Pool {
      const made = create();
      created.push(made);
      return made;
    }

    it("gives what the kernel returns", async () => {
      expect(await pool.run(sum, Float64Array.of(1, 2, 3.5))).toBe(6.5);
    });

    it("gives what the kernel's promise comes to", async () => {
      expect(await pool.run(nextTurn, 41)).toBe(42);
    });

    it("passes numbers and typed arrays bit by bit", async () => {
      const input = { plain: [-0, NaN, Infinity], array: Float64Array.of(-0, NaN, -Infinity), none: undefined };
      const output = await pool.run(echo, input);
      expect(output).toStrictEqual(input);
    });

    it("passes shared memory without a copy", async () => {
      const input = new Float64Array(new SharedArrayBuffer(24));
      const output = (await pool.run(echo, input)) as Float64Array;
      input[1] = 7;
      expect([...output]).toEqual([0, 7, 0]);
    });

    it("gives each caller its own answer", async () => {
      const inputs = Array.from({ length: 50 }, (_, index) => index);
      const outputs = await Promise.all(inputs.map((input) => pool.run(nextTurn, input)));
      expect(outputs).toEqual(inputs.map((input) => input + 1));
    });

    it("lets a NautilusError of a kernel come back as it was thrown", async () => {
      await expect(pool.run(infeasible, "maxAssets")).rejects.toMatchObject({
        name: "NautilusError",
        code: "INFEASIBLE",
        message: "maxAssets cannot hold",
        retryable: true,
        details: { constraint: "maxAssets" },
      });
    });

    it("turns whatever else a kernel throws into INTERNAL, naming the kernel", async () => {
      await expect(pool.run(throwing, "row 7")).rejects.toMatchObject({
        name: "NautilusError",
        code: "INTERNAL",
        message: "kernel throwing threw: row 7",
      });
      await expect(pool.run(rejecting, "no error at all")).rejects.toMatchObject({
        code: "INTERNAL",
        message: "kernel rejecting threw: no error at all",
      });
    });

    it("does not run what is cancelled already", async () => {
      const before = pool.stats().completed;
      await expect(pool.run(sum, Float64Array.of(1), AbortSignal.abort())).rejects.toMatchObject({ code: "CANCELLED" });
      expect(pool.stats().completed).toBe(before);
    });

    it("cancels what runs", async () => {
      const caller = new AbortController();
      const answer = pool.run(nextTurn, 1, caller.signal);
      await Promise.resolve();
      caller.abort();
      await expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    });

    it("takes no notice of a signal that aborts afterwards", async () => {
      const caller = new AbortController();
      const output = await pool.run(sum, Float64Array.of(1, 1), caller.signal);
      const before = pool.stats();
      caller.abort();
      expect(output).toBe(2);
      expect(pool.stats()).toEqual(before);
      expect(await pool.run(sum, Float64Array.of(2))).toBe(2);
    });

    it("counts what runs, what was done and what failed", async () => {
      const counted = another();
      expect(counted.stats()).toEqual({ threads: 0, running: 0, queued: 0, completed: 0, failed: 0 });
      const answer = counted.run(nextTurn, 1);
      await Promise.resolve();
      expect(counted.stats().running).toBe(1);
      await answer;
      await expect(counted.run(throwing, "counted")).rejects.toThrow("counted");
      await expect(counted.run(sum, new Float64Array(1), AbortSignal.abort())).rejects.toThrow("cancelled");
      expect(counted.stats()).toMatchObject({ running: 0, queued: 0, completed: 1, failed: 2 });
    });

    it("fails what runs when it is closed, and everything afterwards", async () => {
      const closing = another();
      const caller = new AbortController();
      const running = closing.run(nextTurn, 1, caller.signal);
      const failure = expect(running).rejects.toMatchObject({ code: "CANCELLED" });
      await Promise.resolve();
      await closing.close();
      await failure;
      caller.abort();
      await expect(closing.run(sum, Float64Array.of(1))).rejects.toMatchObject({ code: "CANCELLED" });
      await closing.close();
      expect(closing.stats()).toEqual({ threads: 0, running: 0, queued: 0, completed: 0, failed: 2 });
    });
  });
}
