// What every failure of the API must look like.
import { expect } from "vitest";
import { ERROR_TABLE, type ErrorCode } from "../../../src/contracts/errors.js";

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** The problem document of an answer, which must be a whole one. */
export async function problemOf(response: Response): Promise<ProblemBody> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as ProblemBody;
  expect(Object.keys(ERROR_TABLE)).toContain(problem.code);
  const { title, status } = ERROR_TABLE[problem.code];
  expect(problem).toMatchObject({ type: `/docs#${problem.code}`, title, status });
  expect(response.status).toBe(status);
  expect(problem.detail).not.toBe("");
  return problem;
}
