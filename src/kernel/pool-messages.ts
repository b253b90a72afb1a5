// What a pool and its threads say to each other.
import type { ErrorRecord } from "../contracts/errors.js";

export interface PoolThreadData {
  /** URLs of modules that export kernels. */
  readonly kernelModules: readonly string[];
}

export interface PoolJob {
  readonly jobId: number;
  readonly kernel: string;
  readonly input: unknown;
}

export type PoolAnswer =
  | { readonly jobId: number; readonly output: unknown; readonly error?: undefined }
  | { readonly jobId: number; readonly error: ErrorRecord };
