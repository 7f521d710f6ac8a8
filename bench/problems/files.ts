import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchProblem } from "./problem";

type Numbers = Float64Array | Int32Array;

/** What the file `problem.json` says; the numbers lie beside it, little-endian: 64-bit floats, indices 32-bit integers. */
type Description = Omit<BenchProblem, "X" | "y" | "fresh" | "truth" | "lambdas"> & {
  readonly sparse: boolean;
  readonly nLambdas: number;
  /** Entries of a sparse matrix. */
  readonly nEntries: number;
};

/** Writes a problem to a folder, for workers in any language, who must see neither fresh responses nor the truth. */
export function writeProblem(problem: BenchProblem, folder: string): void {
  const { X, y, lambdas, fresh: _, truth: __, ...rest } = problem;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, numbers: Numbers): void =>
    writeFileSync(join(folder, name), new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  write("data.bin", X.data);
  if ("indptr" in X) {
    write("indices.bin", X.indices);
    write("indptr.bin", X.indptr);
  }
  write("y.bin", y);
  write("lambdas.bin", lambdas);
  const description: Description = {
    ...rest,
    sparse: "indptr" in X,
    nLambdas: lambdas.length,
    nEntries: X.data.length,
  };
  writeFileSync(join(folder, "problem.json"), JSON.stringify(description));
}

/** Reads what {@link writeProblem} wrote. */
export function readProblem(folder: string): BenchProblem {
  const text = readFileSync(join(folder, "problem.json"), "utf8");
  const { sparse, nLambdas, nEntries, ...rest } = JSON.parse(text) as Description;
  const floats = (name: string): Float64Array => readFloats(join(folder, name));
  const integers = (name: string): Int32Array => new Int32Array(bytesOf(join(folder, name)));
  const data = floats("data.bin");
  const X = sparse ? { data, indices: integers("indices.bin"), indptr: integers("indptr.bin") } : { data };
  return { ...rest, X, y: floats("y.bin"), lambdas: floats("lambdas.bin") };
}

/** The 64-bit numbers of a file. */
export function readFloats(path: string): Float64Array {
  return new Float64Array(bytesOf(path));
}

function bytesOf(path: string): ArrayBuffer {
  const { buffer, byteOffset, length } = readFileSync(path);
  // Small files come as views into a pool, at any offset.
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}
