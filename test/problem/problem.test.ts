import assert from "node:assert/strict";
import { cox, huber, logistic, quantile, squaredHinge } from "../../src/datafits";
import { dot, maxAbs } from "../../src/linalg/vector";
import { columnCurvature, profileAt } from "../../src/problem/problem";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { seededRandom } from "../../src/random/random";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { numericGradient } from "../support/finite-differences";
import { linearData, normals, problemOf } from "../support/problems";

const data = linearData(1, 30, 4);
const random = seededRandom(2);
const freeColumns = [new Float64Array(30).fill(1), normals(random, 30).map((x) => 100 * x)];
const squared = problemOf(data, undefined, freeColumns);
const classes = {
  ...squared,
  datafit: logistic(),
  target: squared.target.map((y) => (y > 0.3 ? 1 : 0)),
};

describe("profileAt", () => {
  for (const [name, problem] of [
    ["squaredError", squared],
    ["the logistic loss", classes],
  ] as const) {
    it(`minimises ${name} over the unpenalized part, from any start`, () => {
      const beta = normals(random, 4);
      const first = profileAt(problem, beta, new Float64Array(2));
      for (const start of [Float64Array.of(3, -2), Float64Array.of(-8, 5)]) {
        const profile = profileAt(problem, beta, start);
        assertAllClose("psi", profile.psi, first.psi, 1e-8);
        assertAllClose("eta", profile.eta, first.eta, 1e-8);
        assertAtMost("loss", Math.abs(profile.loss - first.loss), 0, 1e-14);
      }
    });

    it(`leaves a residual of ${name} that is orthogonal to the unpenalized columns`, () => {
      const { residual } = profileAt(problem, normals(random, 4), new Float64Array(2));
      for (const column of freeColumns) {
        assertAtMost("product", Math.abs(dot(column, residual)), 0, 1e-13 * maxAbs(column));
      }
    });

    it(`gives the gradient of the profiled ${name}, by finite differences`, () => {
      const beta = normals(random, 4);
      const { gradient } = profileAt(problem, beta, new Float64Array(2));
      const numeric = numericGradient((at) => profileAt(problem, at, new Float64Array(2)).loss, beta);
      assertAllClose("gradient", gradient, numeric, 1e-8);
    });

    it(`leaves beta and the start of ${name} alone`, () => {
      const [beta, start] = [normals(random, 4), Float64Array.of(1, 2)];
      const before = beta.slice();
      profileAt(problem, beta, start);
      assert.deepEqual(beta, before);
      assert.deepEqual([...start], [1, 2]);
    });
  }

  it("evaluates a loss twice at most where it begins at the minimum, and five times from near by", () => {
    let evaluations = 0;
    const { datafit } = classes;
    const counting: typeof classes = {
      ...classes,
      datafit: {
        ...datafit,
        valueAndGradient(y, eta, gradient) {
          evaluations++;
          return datafit.valueAndGradient(y, eta, gradient);
        },
      },
    };
    const beta = normals(random, 4);
    const { psi } = profileAt(classes, beta, new Float64Array(2));
    profileAt(counting, beta, psi);
    assert.ok(evaluations <= 2, `${evaluations} at the minimum`);
    evaluations = 0;
    profileAt(
      counting,
      beta,
      psi.map((value) => value + 0.01),
    );
    assert.ok(evaluations <= 5, `${evaluations} near by`);
  });

  it("leaves a residual orthogonal to the unpenalized columns also where the target is far from zero", () => {
    const far = { ...squared, target: squared.target.map((y) => y + 1e8) };
    const { residual } = profileAt(far, normals(random, 4), new Float64Array(2));
    for (const column of freeColumns) {
      assertAtMost("product", Math.abs(dot(column, residual)), 0, 1e-13 * maxAbs(column));
    }
  });

  for (const datafit of [huber({ delta: 0.1 }), quantile({ tau: 0.9, smoothing: 0.01 }), squaredHinge()]) {
    it(`minimises ${datafit.name}, linear or constant nearly everywhere, from far away`, () => {
      const { target } = datafit.name === "squaredHinge" ? classes : squared;
      for (let trial = 0; trial < 30; trial++) {
        const start = normals(random, 2).map((entry) => 30 * entry);
        const { eta } = profileAt({ ...squared, datafit, target }, normals(random, 4), start);
        const slope = new Float64Array(30);
        datafit.valueAndGradient(target, eta, slope);
        for (const column of freeColumns) {
          assertAtMost("product", Math.abs(dot(column, slope)), 0, 1e-12 * maxAbs(column));
        }
      }
    });
  }

  it("minimises the logistic loss from where every class is decided, and wrongly", () => {
    for (const decided of [100, -100]) {
      const { psi } = profileAt(classes, new Float64Array(4), Float64Array.of(decided, 0));
      const { psi: expected } = profileAt(classes, new Float64Array(4), new Float64Array(2));
      assertAllClose("psi", psi, expected, 1e-8);
    }
  });

  it("stays where it is in a direction that is flat, as the intercept of Cox's loss", () => {
    const intercept = new UnpenalizedColumns(30, [freeColumns[0]]);
    const times = squared.target.map((y) => (y > 0 ? 1 : -1) * Math.exp(y));
    const survival = { ...squared, datafit: cox(), target: times, free: intercept };
    assert.deepEqual(profileAt(survival, normals(random, 4), Float64Array.of(0.5)).psi, Float64Array.of(0.5));
  });

  it("does nothing where there is nothing unpenalized", () => {
    const problem = problemOf(data);
    const { psi, residual } = profileAt(problem, new Float64Array(4), new Float64Array(0));
    assert.equal(psi.length, 0);
    assertAllClose(
      "residual",
      residual,
      problem.target.map((y) => -y / 30),
      1e-15,
    );
  });
});

describe("columnCurvature", () => {
  it("is the second derivative of the datafit in each coordinate", () => {
    const beta = normals(random, 4);
    const problem = { ...classes, free: problemOf(data).free };
    const lossAt = (at: Float64Array): number => profileAt(problem, at, new Float64Array(0)).loss;
    const curvature = columnCurvature(problem, profileAt(problem, beta, new Float64Array(0)).eta);
    const h = 1e-3;
    const numeric = beta.map((_, j) => {
      const shifted = (by: number): number => lossAt(beta.map((b, i) => (i === j ? b + by : b)));
      return (shifted(h) - 2 * shifted(0) + shifted(-h)) / h ** 2;
    });
    assertAllClose("curvature", curvature, numeric, 1e-6);
  });
});
