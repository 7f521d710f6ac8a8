import assert from "node:assert/strict";
import {
  type GroupPenalty,
  groupL2,
  groupLpq,
  groupLq,
  isGroupwise,
  isSeparable,
  l1,
  lq,
  type Penalty,
  type SeparablePenalty,
} from "../../src/penalties";
import { scaledPenalty } from "../../src/penalties/scaled-penalty";

const factor = 3;
const lambda = 0.4;
const beta = Float64Array.of(1.5, 0, -0.2);
const gradient = Float64Array.of(-0.3, 0.9, 0.1);
const curvature = Float64Array.of(1, 2, 0.5);
const support = Int32Array.of(0, 2);

/** Runs a method that writes into its last argument. */
function written(size: number, method: (out: Float64Array) => void): Float64Array {
  const out = new Float64Array(size);
  method(out);
  return out;
}

/** What certificates take, at numbers of lambda. */
function measured(R: Penalty, at: number): unknown {
  const known = R.measures?.(beta, gradient, at);
  return known && [known.value, known.violation, known.fenchelYoung(0.1)];
}

/** All that a penalty says at `at`, a value of lambda, about the numbers above. */
function statements(R: Penalty, at: number): unknown {
  return {
    value: R.value(beta, at),
    violation: R.violation(beta, gradient, at),
    decrease: R.decrease(beta, gradient, curvature, at),
    fenchelYoung: R.fenchelYoung?.(beta, Float64Array.of(0.1, 0.2, -0.3), at),
    measures: measured(R, at),
    prox: R.prox && written(3, (out) => R.prox!(beta, 0.5, at, out)),
    exactZeros: written(3, (out) => R.exactZeros(beta, gradient, curvature, at, out)),
    gradient: written(3, (out) => R.addGradient(beta, at, out)),
    hessian: written(9, (out) => R.addHessian!(beta, at, support, out, 3)),
  };
}

function coordinateStatements(R: SeparablePenalty, at: number): unknown {
  return [
    R.coordinateValue(0, 2, at),
    R.coordinateProx(0, 2, 0.5, at),
    R.violationAtZero(1, 2, at),
    R.zeroGradientBound?.(at),
    [0.01, 0.1, 0.5].map((b) => R.roundsToZero(0, b, 0.3, 1, at)),
    R.coordinateSlope(2, -0.2, at),
    R.coordinateCurvature(2, -0.2, at),
  ];
}

/** What it says about a group of two. */
function groupStatements(R: GroupPenalty, at: number): unknown {
  const [b, slope, bend] = [Float64Array.of(1.5, -0.2), Float64Array.of(-0.3, 0.1), Float64Array.of(1, 0.5)];
  return {
    groups: R.groups,
    value: R.groupValue(0, b, at),
    violation: R.groupViolation(0, b, slope, at),
    movable: [0.1, 10].map((size) => R.movableGroups?.(new Float64Array(3), Float64Array.of(size, 0, 0), at)),
    decrease: R.groupDecrease?.(0, b, slope, bend, at),
    prox: R.groupProx && written(2, (out) => R.groupProx!(0, b, 0.5, at, out)),
    zeros: written(2, (out) => R.groupZeros(0, b, slope, bend, at, out)),
    slope: written(2, (out) => R.groupSlope(0, b, at, out)),
    hessian: written(4, (out) => R.groupHessian(0, b, at, out)),
  };
}

describe("a penalty times a factor", () => {
  const separable = [l1(), l1({ weights: [1, 2, 0.5] }), lq({ q: 0.5 })];
  const groupwise = [
    groupL2([0, 1, 0], { weights: [2, 1] }),
    groupLq([0, 1, 0], { q: 0.5 }),
    groupLpq([0, 1, 0], { p: 1, q: 0.5 }),
  ];

  for (const R of [...separable, ...groupwise] as readonly Penalty[]) {
    const scaled = scaledPenalty(R, factor);

    it(`says of ${R.name} at lambda what the penalty says at factor * lambda`, () => {
      assert.deepEqual(statements(scaled, lambda), statements(R, factor * lambda));
      assert.equal(isSeparable(scaled), isSeparable(R));
      assert.equal(isGroupwise(scaled), isGroupwise(R));
      if (isSeparable(R)) {
        const own = coordinateStatements(scaled as SeparablePenalty, lambda);
        assert.deepEqual(own, coordinateStatements(R, factor * lambda));
      }
      if (isGroupwise(R)) {
        const own = groupStatements(scaled as GroupPenalty, lambda);
        assert.deepEqual(own, groupStatements(R, factor * lambda));
      }
    });

    it(`has the lambda of the null model and the dual ball of ${R.name} divided by the factor`, () => {
      const largest = R.lambdaMax(gradient, curvature) / factor;
      assert.equal(scaled.lambdaMax(gradient, curvature), largest);
      assert.equal(scaled.dualNorm?.(gradient), R.dualNorm && R.dualNorm(gradient) / factor);
      const measured = R.measures?.(beta, gradient, factor * lambda).dualNorm;
      assert.equal(scaled.measures?.(beta, gradient, lambda).dualNorm, measured && measured / factor);
    });

    it(`does not claim methods that ${R.name} lacks, and keeps what it is`, () => {
      assert.deepEqual(Object.keys(scaled).sort(), Object.keys(R).sort());
      assert.equal(scaled.convex, R.convex);
      assert.equal(scaled.name, `3 ${R.name}`);
    });
  }

  it("is the penalty itself for the factor one", () => {
    const R = l1();
    assert.equal(scaledPenalty(R, 1), R);
  });
});
