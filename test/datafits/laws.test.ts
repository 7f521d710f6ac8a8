import assert from "node:assert/strict";
import * as index from "../../src/datafits";
import { dot } from "../../src/linalg/vector";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import {
  datafitCases,
  derivedCases,
  gradientAt,
  hessianTimes,
  lossAt,
  sixWeights as weights,
} from "../support/datafit-cases";
import { numericGradient } from "../support/finite-differences";
import { normals } from "../support/problems";

const SAMPLES = 6;

/** Each member as it is and with weights. */
const members = [...datafitCases, ...derivedCases].flatMap((member) => [
  { ...member, name: member.datafit.name },
  { ...member, name: `weighted ${member.datafit.name}`, datafit: member.datafit.weighted(weights) },
]);

/** Sizes at which exponentials overflow, squares overflow, and differences vanish. */
const extremes = [0, 30, 745, 1e3, 1e5, 1e17, 1e300].flatMap((size) => [size, -size]);

describe("every datafit", () => {
  it("of the index is in this suite", () => {
    const factories = new Set([...datafitCases, ...derivedCases].map(({ factory }) => factory));
    assert.deepEqual(Object.keys(index).sort(), [...factories].sort());
  });

  it("is of many samples the mean of what it is of each, for those that take them in parts", () => {
    const random = seededRandom(2);
    const size = 2500;
    const [eta, ws] = [normals(random, size), normals(random, size).map(Math.abs)];
    for (const f of [index.logistic(), index.poisson()]) {
      const y = Float64Array.from({ length: size }, () => Math.round(random.uniform()));
      const gradient = new Float64Array(size);
      const loss = f.weighted(ws).valueAndGradient(y, eta, gradient);
      let sum = 0;
      for (let k = 0; k < size; k++) {
        const slope = new Float64Array(1);
        sum += ws[k] * f.valueAndGradient(y.subarray(k, k + 1), eta.subarray(k, k + 1), slope);
        assertClose(`${f.name} ${k}`, gradient[k], (ws[k] * slope[0]) / size, 1e-15);
      }
      assertClose(f.name, loss, sum / size, 1e-12);
    }
  });

  for (const { name, datafit: f, draw, saturating } of members) {
    const size = SAMPLES * f.nResponses;

    it(`${name} has the gradient and the second derivative that finite differences give`, () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 10; trial++) {
        const y = draw(SAMPLES, trial);
        const [eta, v] = [normals(random, size), normals(random, size)];
        const gradient = gradientAt(f, y, eta);
        assertAllClose(
          "gradient",
          gradient,
          numericGradient((at) => lossAt(f, y, at), eta),
          1e-9,
        );
        const curvature = new Float64Array(size).fill(Number.NaN);
        f.curvature(y, eta, curvature);
        const slopeAt = (i: number) => (at: Float64Array) => gradientAt(f, y, at)[i];
        const rows = Array.from(eta, (_, i) => numericGradient(slopeAt(i), eta));
        assertAllClose(
          "curvature",
          curvature,
          rows.map((row, i) => row[i]),
          1e-8,
        );
        assertAllClose(
          "Hessian times v",
          hessianTimes(f, y, eta, v),
          rows.map((row) => dot(row, v)),
          1e-8,
        );
      }
    });

    it(`${name} has a symmetric second derivative without negative directions`, () => {
      const random = seededRandom(2);
      for (let trial = 0; trial < 20; trial++) {
        const y = draw(SAMPLES, trial);
        const [eta, v, w] = [normals(random, size), normals(random, size), normals(random, size)];
        assertClose("w'Hv", dot(w, hessianTimes(f, y, eta, v)), dot(v, hessianTimes(f, y, eta, w)), 1e-14);
        assertAtMost("-v'Hv", -dot(v, hessianTimes(f, y, eta, v)), 0, 1e-15);
        const curvature = new Float64Array(size);
        f.curvature(y, eta, curvature);
        assert.ok(curvature.every((entry) => entry >= 0));
      }
    });

    it(`${name} is convex along every line`, () => {
      const random = seededRandom(3);
      for (let trial = 0; trial < 50; trial++) {
        const [y, a, b] = [draw(SAMPLES, trial), normals(random, size), normals(random, size)];
        const middle = a.map((entry, i) => (entry + b[i]) / 2);
        assertAtMost("midpoint", lossAt(f, y, middle), (lossAt(f, y, a) + lossAt(f, y, b)) / 2, 1e-14);
      }
    });

    it(`${name} has its saturated value as infimum`, () => {
      const random = seededRandom(4);
      for (let trial = 0; trial < 50; trial++) {
        const y = draw(SAMPLES, trial);
        const saturated = f.saturatedValue(y);
        assertAtMost("saturated", saturated, lossAt(f, y, normals(random, size)), 1e-14);
        assertClose("reached", lossAt(f, y, saturating(y)), saturated, 1e-14);
      }
    });

    it(`${name} has no NaN at predictors of any size`, () => {
      const random = seededRandom(5);
      for (let trial = 0; trial < 300; trial++) {
        const y = draw(SAMPLES, trial);
        const eta = normals(random, size).map(
          () => extremes[Math.floor(extremes.length * random.uniform())] as number,
        );
        const curvature = new Float64Array(size);
        f.curvature(y, eta, curvature);
        const mean = new Float64Array(size);
        f.inverseLink(eta, mean);
        const gradient = gradientAt(f, y, eta);
        const numbers = [
          lossAt(f, y, eta),
          ...gradient,
          ...curvature,
          ...mean,
          ...hessianTimes(f, y, eta, normals(random, size)),
        ];
        if (f.fenchelYoung) {
          const young = [0, 0.5, 1].map((scale) =>
            f.fenchelYoung!(
              y,
              eta,
              gradient.map((entry) => (scale === 0 ? 0 : scale * entry)),
            ),
          );
          assert.ok(young.every((entry) => entry >= 0));
          numbers.push(...young);
        }
        assert.ok(!numbers.some(Number.isNaN), `${name} at y = ${y} and eta = ${eta}: ${numbers}`);
      }
    });

    it(`${name} leaves its inputs alone`, () => {
      const [y, random] = [draw(SAMPLES, 6), seededRandom(6)];
      const inputs = [y, normals(random, size), normals(random, size)] as const;
      const before = inputs.map((input) => input.slice());
      const out = new Float64Array(size);
      f.checkTarget("test", y);
      f.valueAndGradient(y, inputs[1], out);
      f.curvature(y, inputs[1], out);
      f.hessianProduct?.(y, inputs[1], inputs[2], out);
      f.inverseLink(inputs[1], out);
      f.saturatedValue(y);
      f.fenchelYoung?.(y, inputs[1], inputs[2]);
      assert.deepEqual(inputs, before);
    });
  }
});
