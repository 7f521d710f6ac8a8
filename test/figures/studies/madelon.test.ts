import assert from "node:assert/strict";
import { lossAndSlopes } from "../../../figures/studies/logistic-by-adam";
import { MADELON, simulateMadelon } from "../../../figures/studies/madelon";
import { choleskyFactor, choleskySolve } from "../../../src/linalg/cholesky";

const N = 640;
const { X, y } = simulateMadelon(N, 3);
const column = (j: number): Float64Array => y.map((_, i) => X.data[i * X.nFeatures + j]);
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("data after the recipe of Madelon", () => {
  it("have features of mean 0 and variance 1", () => {
    for (let j = 0; j < X.nFeatures; j++) {
      assert.ok(Math.abs(mean(column(j))) < 1e-12, `${j}`);
      assert.ok(Math.abs(mean(column(j).map((x) => x * x)) - 1) < 1e-12, `${j}`);
    }
  });

  it("have fifteen features that the five informative ones give, and others that they do not", () => {
    const informative = Array.from({ length: MADELON.nInformative }, (_, j) => column(j));
    const product = (a: Float64Array, b: Float64Array): number => mean(a.map((x, i) => x * b[i]));
    const left = (j: number): number => {
      const gram = Float64Array.from(informative.flatMap((a) => informative.map((b) => product(a, b))));
      choleskyFactor(gram, informative.length);
      const target = column(j);
      const share = Float64Array.from(informative, (a) => product(a, target));
      choleskySolve(gram, informative.length, share);
      return mean(
        target.map((value, i) => (value - share.reduce((sum, s, k) => sum + s * informative[k][i], 0)) ** 2),
      );
    };
    for (let j = 5; j < 20; j++) assert.ok(left(j) < 1e-20, `${j}: ${left(j)}`);
    for (let j = 20; j < 40; j++) assert.ok(left(j) > 0.9, `${j}: ${left(j)}`);
  });

  it("have the class of a row's cluster but for one row in a hundred, and sixteen clusters of each class", () => {
    const shares = Array.from({ length: 32 }, (_, c) => mean(y.filter((_, i) => i % 32 === c)));
    assert.equal(shares.filter((share) => share > 0.5).length, 16);
    const flipped = mean(y.map((label, i) => Number(label !== Math.round(shares[i % 32]))));
    // Five standard deviations of a share of 1 % of 640.
    assert.ok(Math.abs(flipped - 0.01) < 0.02, `${flipped}`);
  });
});

describe("the logistic loss of a study", () => {
  it("has the value of its formula and the slopes of its differences, over some rows", () => {
    const rows = [0, 5, 600];
    const coef = Float64Array.from({ length: 500 }, (_, j) => Math.sin(j) / 10);
    const at = (x: Float64Array, shift = 0, k = 0): number =>
      lossAndSlopes(
        { X, y },
        x.map((b, j) => (j === k ? b + shift : b)),
        0.3,
        undefined,
        rows,
      );
    const expected = rows.map((i) => {
      const eta = coef.reduce((sum, b, j) => sum + b * X.data[i * 500 + j], 0.3);
      return -Math.log(y[i] === 1 ? 1 / (1 + Math.exp(-eta)) : 1 / (1 + Math.exp(eta)));
    });
    assert.ok(Math.abs(at(coef) - (expected[0] + expected[1] + expected[2]) / 3) < 1e-12);
    const slopes = new Float64Array(501);
    lossAndSlopes({ X, y }, coef, 0.3, slopes, rows);
    for (const k of [0, 77, 499]) {
      assert.ok(Math.abs((at(coef, 1e-5, k) - at(coef, -1e-5, k)) / 2e-5 - slopes[k]) < 1e-8, `${k}`);
    }
  });
});
