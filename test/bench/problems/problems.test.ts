import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgePath } from "../../../bench/checker/judge";
import { type BenchProblem, PROBLEMS, type SparseColumns } from "../../../bench/problems";
import { whitened } from "../../../bench/problems/designs";
import { readProblem, writeProblem } from "../../../bench/problems/files";
import { gauss, uniform } from "../../../bench/problems/hash";
import { claims, counts, durations, mixedCounts } from "../../../bench/problems/responses";
import { assertAllClose } from "../../support/assert-close";

const hashOf = (numbers: Float64Array | Int32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    .digest("hex")
    .slice(0, 16);

/** The SHA-256 of the files that numpy 1.26.4 writes by the recipe of bench/README.md, their first 16 digits. */
const NUMPY: Readonly<Record<string, { readonly X: string; readonly y: string }>> = {
  P1: { X: "24474ffc4f0fa40c", y: "bedd5a40e8ad46dc" },
  P3: { X: "fbb0d1c99bdce2bd", y: "760e1ddf36fdcd9a" },
  P5: { X: "1471a8b682e0e4cb", y: "3b5ea2139bc0272d" },
  P6: { X: "b6238030f32e7992", y: "32728db6c6e3a48b" },
  P7: { X: "35aff5a9bf1df2b5", y: "f9b235030212420a" },
};

/** Means of products of two columns. */
function meanProduct({ X, nSamples: n }: Pick<BenchProblem, "X" | "nSamples">, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += X.data[a * n + i] * X.data[b * n + i];
  return sum / n;
}

describe("the problems of the benchmark", () => {
  for (const [name, { X, y }] of Object.entries(NUMPY)) {
    it(`${name} has the bits that numpy makes of the recipe`, () => {
      const problem = PROBLEMS[name]();
      assert.equal(hashOf(problem.X.data), X);
      assert.equal(hashOf(problem.y), y);
    });
  }

  it("have other data and the same size where their seeds are shifted", () => {
    for (const name of ["P4", "P6", "P7o", "P11half", "P14multinomial", "P17gamma", "P18ridge"]) {
      const [given, shifted] = [PROBLEMS[name](), PROBLEMS[name](1)];
      assert.notEqual(hashOf(given.X.data), hashOf(shifted.X.data), name);
      assert.notEqual(hashOf(given.y), hashOf(shifted.y), name);
      assert.deepEqual([shifted.nSamples, shifted.nFeatures], [given.nSamples, given.nFeatures], name);
      assert.equal(given.lambdas.length, shifted.lambdas.length, name);
    }
  });

  it("P6 has the places that numpy makes of the recipe", () => {
    const { indices, indptr } = PROBLEMS.P6().X as SparseColumns;
    assert.equal(hashOf(indices), "20d731d1df47aa46");
    assert.equal(hashOf(indptr), "437be07dcb2c6815");
  });

  it("P8mcp and P7o have the numbers of numpy up to the order of its sums", () => {
    const { X, y, lambdas } = PROBLEMS.P8mcp();
    assertAllClose("X", [X.data[0], X.data[X.data.length - 1]], NUMBERS.P8.X, 1e-12);
    assertAllClose("y", [y[0], y[y.length - 1]], NUMBERS.P8.y, 1e-12);
    assertAllClose("lambda max", [lambdas[0]], [NUMBERS.P8.lambda], 1e-12);
    const grouped = PROBLEMS.P7o();
    assertAllClose(
      "X of P7o",
      [grouped.X.data[0], grouped.X.data[grouped.X.data.length - 1]],
      NUMBERS.P7o.X,
      1e-11,
    );
    assertAllClose("lambda max of P7o", [grouped.lambdas[0]], [NUMBERS.P7o.lambda], 1e-11);
  });

  for (const name of [
    "P11half",
    "P12",
    "P16scad",
    "P13",
    "P14poisson",
    "P14multinomial",
    "P15",
    "P17gamma",
    "P17tweedie",
    "P17negbin",
  ]) {
    it(`${name} has zero as its solution at the largest of a grid of lambdas, and not below it`, () => {
      const problem = PROBLEMS[name]();
      const zeros = new Float64Array(problem.nFeatures * problem.nResponses);
      const largest = problem.lambdas[0] * (name === "P15" ? 10 : 1);
      const errorAt = (lambda: number) =>
        judgePath({ ...problem, lambdas: Float64Array.of(lambda) }, zeros).worst;
      assert.ok(errorAt(largest * (1 + 1e-10)) < 1e-14);
      assert.ok(errorAt(largest * 0.99) > 1e-7);
    });
  }

  it("standardized columns have mean 0 and mean square 1, those of a whitened group are orthogonal", () => {
    const problem = PROBLEMS.P12();
    const n = problem.nSamples;
    for (const [a, b] of [
      [0, 0],
      [4, 4],
      [0, 4],
      [1, 3],
      [1995, 1999],
    ])
      assertAllClose("product", [meanProduct(problem, a, b)], [a === b ? 1 : 0], 1e-12);
    const mean = problem.X.data.subarray(n, 2 * n).reduce((sum, x) => sum + x, 0) / n;
    assertAllClose("mean", [mean], [0], 1e-12);
  });

  it("whitening multiplies by the inverse of a Cholesky factor", () => {
    // Columns (1, 1) and (0, 2): X'X / 2 = [[1, 1], [1, 2]] with factor [[1, 0], [1, 1]].
    const { data } = whitened({ data: Float64Array.of(1, 1, 0, 2) }, 2, 2);
    assertAllClose("white", data, [1, 1, -1, 1], 1e-15);
  });

  it("counts follow the distribution function", () => {
    const rate = Math.exp(1);
    const n = 4000;
    const drawn = counts(new Float64Array(n).fill(3), 1, 77);
    const mean = drawn.reduce((a, b) => a + b) / n;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    // Four standard errors: sqrt(rate / n) of the mean, sqrt((rate + 2 rate^2) / n) of the variance.
    assert.ok(Math.abs(mean - rate) < 4 * Math.sqrt(rate / n));
    assert.ok(Math.abs(variance - rate) < 4 * Math.sqrt((rate + 2 * rate ** 2) / n));
    const zeros = drawn.reduce(
      (count, x, i) => count + (x === 0 ? 1 : 0) * (uniform(78, i) < Math.exp(-rate) ? 1 : 0),
      0,
    );
    assert.equal(
      zeros,
      drawn.reduce((count, x) => count + (x === 0 ? 1 : 0), 0),
    );
  });

  it("gamma, Tweedie and negative binomial responses have the mean and the variance of their distributions", () => {
    const n = 20000;
    const mean = Math.exp(1);
    const signal = new Float64Array(n).fill(3);
    for (const [draw, variance] of [
      [durations, mean ** 2 / 2],
      [claims, mean ** 1.5],
      [mixedCounts, mean + mean ** 2 / 2],
    ] as const) {
      const drawn = draw(signal, 1, 78);
      const found = drawn.reduce((a, b) => a + b) / n;
      const squares = drawn.map((x) => (x - mean) ** 2);
      const spread = squares.reduce((a, b) => a + b) / n;
      const ofSquares = squares.reduce((sum, square) => sum + (square - spread) ** 2, 0) / n;
      // Four standard errors.
      assert.ok(Math.abs(found - mean) < 4 * Math.sqrt(variance / n), `${draw.name}: mean ${found}`);
      assert.ok(
        Math.abs(spread - variance) < 4 * Math.sqrt(ofSquares / n),
        `${draw.name}: variance ${spread}`,
      );
    }
  });

  it("random numbers have the moments of their distributions", () => {
    const n = 20000;
    const normals = Array.from({ length: n }, (_, k) => gauss(5, k));
    const moment = (power: number) => normals.reduce((sum, x) => sum + x ** power, 0) / n;
    assert.ok(Math.abs(moment(1)) < 4 / Math.sqrt(n));
    assert.ok(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / n));
    const uniforms = Array.from({ length: n }, (_, k) => uniform(6, k));
    assert.ok(Math.abs(uniforms.reduce((a, b) => a + b) / n - 0.5) < 4 / Math.sqrt(12 * n));
  });

  it("comes back from files as it was written, dense and sparse", () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
    try {
      for (const name of ["P10", "P6"]) {
        const problem = PROBLEMS[name]();
        writeProblem(problem, join(folder, name));
        const { fresh, truth, ...handedOver } = problem;
        assert.equal(fresh!.length, problem.nSamples);
        assert.ok(truth!.length > 0);
        assert.deepEqual(readProblem(join(folder, name)), handedOver);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** First and last entries by numpy. */
const NUMBERS = {
  P8: {
    X: [-0.7067243570782296, -1.0112520073658748],
    y: [-10.725965001884587, 0.12441954517064652],
    lambda: 2.8137001347251642,
  },
  P7o: { X: [0.11451189920519507, -0.16503005241324478], lambda: 3.8219181324906746 },
};
