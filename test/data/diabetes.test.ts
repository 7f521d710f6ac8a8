import assert from "node:assert/strict";
import { DataFrame } from "danfojs-node";
import { loadDiabetes } from "../../src/data/shipped-data";
import { columnMoments } from "../../src/design/design-matrix";
import { asDesignMatrix } from "../../src/design/sources/read-table";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";
import { dot, mean } from "../../src/linalg/vector";
import { asDense } from "../support/as-dense";

/**
 * Minimum, mean and maximum of every column, as R's `summary` prints them (four significant digits) for the authors'
 * table at http://statweb.lsu.edu/faculty/li/IIT/diabetes.html.
 */
const SUMMARY: Record<string, [min: number, mean: number, max: number]> = {
  age: [19, 48.52, 79],
  sex: [1, 1.468, 2],
  bmi: [18, 26.38, 42.2],
  bp: [62, 94.65, 133],
  s1: [97, 189.1, 301],
  s2: [41.6, 115.44, 242.4],
  s3: [22, 49.79, 99],
  s4: [2, 4.07, 9.09],
};

/**
 * Least squares on columns of mean 0 and norm 1, from the authors' own scaled table: R, `lars::diabetes`,
 * `solve(t(x) %*% x) %*% t(x) %*% y`. There `s5` was rounded otherwise than in the raw table, hence the third decimal.
 */
const LARS = [
  -10.0122, -239.81909, 519.83979, 324.39043, -792.18416, 476.74584, 101.04457, 177.06418, 751.27932,
  67.62539,
];

/** The same from the raw table, as scikit-learn 1.2's `LinearRegression` prints it for `load_diabetes()`. */
const SCIKIT_LEARN = [
  -10.0098663, -239.81564367, 519.84592005, 324.3846455, -792.17563855, 476.73902101, 101.04326794,
  177.06323767, 751.2736995, 67.62669218,
];

/** Least squares by normal equations on columns of mean 0 and Euclidean norm 1. */
function leastSquares(columns: Record<string, number[]>, response: number[]): Float64Array {
  const raw = asDense(asDesignMatrix("test", columns));
  const { means, deviations } = columnMoments(raw);
  const n = raw.nSamples;
  const p = raw.nFeatures;
  const scales = deviations.map((deviation) => deviation * Math.sqrt(n));
  const X = raw.standardizedColumns(
    Int32Array.from({ length: p }, (_, j) => j),
    means,
    scales,
  );
  const gram = new Float64Array(p * p);
  for (let j = 0; j < p; j++) for (let k = 0; k < p; k++) gram[j * p + k] = dot(X.column(j), X.column(k));
  const solution = new Float64Array(p);
  X.rmatvec(Float64Array.from(response), solution);
  assert.ok(choleskyFactor(gram, p));
  choleskySolve(gram, p, solution);
  return solution;
}

describe("the diabetes data", () => {
  const { columns, response, featureNames } = loadDiabetes();

  it("have 442 rows, ten features and a response of mean 152.13", () => {
    assert.deepEqual(featureNames, ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]);
    for (const name of featureNames) assert.equal(columns[name].length, 442);
    assert.equal(response.length, 442);
    assert.equal(mean(Float64Array.from(response)).toFixed(2), "152.13");
  });

  it("begin and end like Table 1 of the paper", () => {
    const row = (i: number) => [...featureNames.map((name) => columns[name][i]), response[i]];
    assert.deepEqual(row(0), [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87, 151]);
    assert.deepEqual(row(1), [48, 1, 21.6, 87, 183, 103.2, 70, 3, 3.8918, 69, 75]);
    assert.deepEqual(row(441).slice(0, 4), [36, 1, 19.6, 71]);
    assert.equal(response[441], 57);
  });

  for (const [name, [min, average, max]] of Object.entries(SUMMARY)) {
    it(`have the published minimum, mean and maximum of ${name}`, () => {
      const values = columns[name];
      const digits = String(average).split(".")[1]?.length ?? 0;
      assert.deepEqual([Math.min(...values), Math.max(...values)], [min, max]);
      assert.equal(mean(Float64Array.from(values)).toFixed(digits), average.toFixed(digits));
    });
  }

  it("give the published least-squares coefficients", () => {
    const coefficients = leastSquares(columns, response);
    SCIKIT_LEARN.forEach((expected, j) => {
      assert.ok(
        Math.abs(coefficients[j] - expected) < 1e-6,
        `${featureNames[j]}: ${coefficients[j]}, ${expected}`,
      );
    });
    LARS.forEach((expected, j) => {
      assert.ok(
        Math.abs(coefficients[j] - expected) < 1e-2,
        `${featureNames[j]}: ${coefficients[j]}, ${expected}`,
      );
    });
  });

  it("go into a danfojs frame as they are and come back unchanged", () => {
    const frame = new DataFrame(columns);
    assert.deepEqual(asDense(asDesignMatrix("test", frame)), asDense(asDesignMatrix("test", columns)));
  });

  it("are read anew at each call, so one caller's changes are no other's", () => {
    loadDiabetes().columns.age[0] = -1;
    assert.equal(loadDiabetes().columns.age[0], 59);
  });
});
