import assert from "node:assert/strict";
import { surrogateObjective } from "../../src/estimators/named/surrogate-objective";
import { maxAbs } from "../../src/linalg/vector";
import { lbfgs, minimize } from "../../src/optimizers";
import { hadamardDifference, hadamardProduct } from "../../src/parametrizations";
import type { SmoothObjective } from "../../src/problem/smooth-objective";
import { balance, escapeDirection, isStrictSaddle, smallestCurvature } from "../../src/theory";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";
import { rosenbrock } from "../support/smooth-objectives";

const { X, y } = linearData(3, 25, 3);
/** `df/dbeta` at zero. */
const slopes = [0, 1, 2].map((j) => -X.reduce((sum, row, i) => sum + row[j] * y[i], 0) / 25);
const lambdaMax = Math.max(...slopes.map(Math.abs));
const steepest = slopes.findIndex((g) => Math.abs(g) === lambdaMax);

function quadraticForm(
  rows: readonly (readonly number[])[],
  linear: readonly number[] = [],
): SmoothObjective {
  return {
    size: rows.length,
    valueAndGradient(x, gradient) {
      rows.forEach((row, i) => {
        gradient[i] = row.reduce((sum, entry, j) => sum + entry * x[j], linear[i] ?? 0);
      });
      return x.reduce((sum, entry, i) => sum + (entry * (gradient[i] + (linear[i] ?? 0))) / 2, 0);
    },
  };
}

describe("smallestCurvature", () => {
  it("finds eigenvalue and vector of a quadratic to rounding, wherever it is asked", () => {
    const form = quadraticForm([
      [2, 2],
      [2, -1],
    ]);
    for (const x of [
      [0, 0],
      [3, -100],
    ]) {
      const { curvature, direction, largest } = smallestCurvature(form, x);
      assertClose("curvature", curvature, -2, 1e-11);
      assertClose("largest", largest, 3, 1e-11);
      assertAllClose("direction", direction.map(Math.abs), [1 / Math.sqrt(5), 2 / Math.sqrt(5)], 1e-11);
    }
  });

  it("agrees with the Hessian of Rosenbrock's valley", () => {
    const [x, y0] = [-0.5, 0.8];
    const [a, b, d] = [2 - 400 * (y0 - 3 * x * x), -400 * x, 200];
    const expected = (a + d) / 2 - Math.hypot((a - d) / 2, b);
    assertClose("curvature", smallestCurvature(rosenbrock, [x, y0]).curvature, expected, 1e-9);
  });

  it("refuses a wrong length and a gradient that is not finite, in one sentence", () => {
    assert.throws(() => smallestCurvature(rosenbrock, [1]), {
      message: "smallestCurvature: the length of x must be the objective's size 2, got 1",
    });
    const root: SmoothObjective = {
      size: 1,
      valueAndGradient(x, gradient) {
        gradient[0] = 0.5 / Math.sqrt(x[0]);
        return Math.sqrt(x[0]);
      },
    };
    assert.throws(() => smallestCurvature(root, [0]), {
      message: "smallestCurvature: the gradient near x must be finite, got NaN",
    });
  });
});

describe("the origin of a surrogate", () => {
  it("of a product or difference of depth 2 is a strict saddle exactly while lambda is below lambdaMax", () => {
    for (const parametrization of [hadamardProduct({ depth: 2 }), hadamardDifference({ depth: 2 })]) {
      for (const [share, saddle] of [
        [0.01, true],
        [0.5, true],
        [1 - 1e-6, true],
        [1 + 1e-6, false],
        [2, false],
      ] as const) {
        const Q = surrogateObjective(X, y, { parametrization, lambda: share * lambdaMax });
        const label = `${parametrization.name}, lambda = ${share} lambdaMax`;
        assert.equal(isStrictSaddle(Q, new Float64Array(6)), saddle, label);
      }
    }
  });

  it("of three and more factors is a strict local minimum of curvature 2 lambda / k, whatever the data", () => {
    for (const depth of [3, 4, 5]) {
      for (const lambda of [1e-3, 1]) {
        const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth }), lambda });
        const origin = new Float64Array(Q.size);
        assert.equal(isStrictSaddle(Q, origin), false);
        const { curvature, largest } = smallestCurvature(Q, origin);
        assertAllClose(
          "curvatures",
          [curvature, largest],
          [(2 * lambda) / depth, (2 * lambda) / depth],
          1e-10,
        );
      }
    }
  });

  it("bends down by lambda - |g|, along the factors of the steepest coefficient", () => {
    const lambda = lambdaMax / 3;
    const Q = surrogateObjective(X, y, { parametrization: hadamardProduct({ depth: 2 }), lambda });
    const { curvature } = smallestCurvature(Q, new Float64Array(6));
    assertClose("curvature", curvature, lambda - lambdaMax, 1e-10);
    const direction = escapeDirection(Q, new Float64Array(6))!;
    const expected = new Float64Array(6);
    expected[steepest] = Math.SQRT1_2;
    expected[3 + steepest] = -Math.sign(slopes[steepest]) * Math.SQRT1_2;
    const side = Math.sign(direction[steepest]);
    assertAllClose(
      "direction",
      direction.map((d) => side * d),
      expected,
      1e-9,
    );
  });
});

describe("a stationary point of a surrogate of depth 2", () => {
  it("is a global minimum or a strict saddle, from which the escape direction leads to a lower value", () => {
    const parametrization = hadamardProduct({ depth: 2 });
    const lambda = 0.2;
    const Q = surrogateObjective(X, y, { parametrization, lambda });
    const best = minimize(Q, lbfgs(), Q.startingPoint(), { tol: 1e-12 });
    assert.equal(isStrictSaddle(Q, best.x), false);
    let saddles = 0;
    for (const kept of [[0], [1], [2], [0, 1], [0, 2], [1, 2]]) {
      // The lasso on fewer columns, balanced, the others at zero: stationary for the surrogate of all.
      const part = surrogateObjective(
        X.map((row) => kept.map((j) => row[j])),
        y,
        { parametrization, lambda },
      );
      const found = minimize(part, lbfgs(), part.startingPoint(), { tol: 1e-13 });
      const beta = new Float64Array(3);
      part.coefficients(found.x).coef.forEach((b, k) => {
        beta[kept[k]] = b;
      });
      const xi = balance(parametrization, beta);
      const gradient = new Float64Array(6);
      const value = Q.valueAndGradient(xi, gradient);
      assertAtMost("stationary", maxAbs(gradient), 0, 1e-8);
      if (value <= best.value + 1e-10) continue;
      saddles++;
      assert.equal(isStrictSaddle(Q, xi), true, `columns ${kept}`);
      const direction = escapeDirection(Q, xi)!;
      const lower = Q.valueAndGradient(
        xi.map((entry, i) => entry + 1e-3 * direction[i]),
        gradient,
      );
      assert.ok(lower < value, `columns ${kept}: ${lower} is not below ${value}`);
    }
    assert.ok(saddles >= 5);
  });
});

describe("isStrictSaddle and escapeDirection", () => {
  const tilted = quadraticForm(
    [
      [1, 0],
      [0, -1],
    ],
    [0, 0.5],
  );

  it("tell a saddle from a point on a slope, which is not stationary", () => {
    assert.equal(isStrictSaddle(tilted, [0, 0]), false);
    assert.equal(isStrictSaddle(tilted, [0, 0.5]), true);
    assert.equal(isStrictSaddle(tilted, [0, 0], { gradientTolerance: 1 }), true);
  });

  it("point down the slope where there is one, and nowhere from a minimum", () => {
    assertAllClose("direction", escapeDirection(tilted, [0, 0])!, [0, -1], 1e-10);
    assert.equal(escapeDirection(quadraticForm([[2]]), [0]), undefined);
  });

  it("refuse a wrong length and a negative tolerance, in one sentence", () => {
    for (const [call, message] of [
      [
        () => isStrictSaddle(tilted, [0]),
        "isStrictSaddle: the length of x must be the objective's size 2, got 1",
      ],
      [
        () => escapeDirection(tilted, [0]),
        "smallestCurvature: the length of x must be the objective's size 2, got 1",
      ],
      [
        () => isStrictSaddle(tilted, [0, 0], { gradientTolerance: -1 }),
        "isStrictSaddle: gradientTolerance must be a number >= 0, got -1",
      ],
    ] as const) {
      assert.throws(call, { name: "InputError", message });
    }
  });

  it("take a flat direction for no saddle", () => {
    const flat = quadraticForm([
      [1, 1],
      [1, 1],
    ]);
    assert.equal(isStrictSaddle(flat, [0, 0]), false);
    assert.equal(escapeDirection(flat, [1, 2]), undefined);
  });
});
