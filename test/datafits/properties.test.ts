/** The properties that datafits state, each held against what values, gradients and inverse links show of it. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import type { Datafit } from "../../src/datafits";
import { datafitCases, derivedCases, gradientAt, lossAt, sixWeights } from "../support/datafit-cases";
import { normals } from "../support/problems";

const SAMPLES = sixWeights.length;

interface Trial {
  readonly f: Datafit;
  readonly y: Float64Array;
  readonly eta: Float64Array;
}

/** Thirty targets with predictors, near and far. */
function trialsOf(f: Datafit, draw: (nSamples: number, seed: number) => Float64Array): Trial[] {
  const random = seededRandom(31);
  return Array.from({ length: 30 }, (_, seed) => {
    const eta = normals(random, SAMPLES * f.nResponses).map((entry) => (1 + (seed % 3)) * entry);
    return { f, y: draw(SAMPLES, seed), eta };
  });
}

/** Whether two numbers are the same but for rounding, where numbers of the size of 1 have been added. */
const agree = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * (1 + Math.abs(a) + Math.abs(b));
const allAgree = (a: Float64Array, b: Float64Array): boolean => a.every((entry, i) => agree(entry, b[i]));

const moved = (eta: Float64Array, i: number, by: number): Float64Array => eta.with(i, eta[i] + by);
const sampleOf = (i: number): number => i % SAMPLES;
const responseOf = (i: number): number => Math.floor(i / SAMPLES);

/** The change of the gradient by a step of one predictor, exact where the loss is quadratic along the step. */
function gradientChange({ f, y, eta }: Trial, i: number, by: number): Float64Array {
  const before = gradientAt(f, y, eta);
  return gradientAt(f, y, moved(eta, i, by)).map((slope, k) => slope - before[k]);
}

function isSquare(trials: readonly Trial[]): boolean {
  const ratios = trials.map(
    ({ f, y, eta }) => lossAt(f, y, eta) / eta.reduce((sum, e, i) => sum + (e - y[i]) ** 2, 0),
  );
  return ratios.every((ratio) => agree(ratio, ratios[0]));
}

/** Whether nothing changes where responses and predictors are moved alike. */
function dependsOnResidual(trials: readonly Trial[]): boolean {
  return trials.every(({ f, y, eta }) => {
    const by = eta.map((_, k) => 1 + sampleOf(k) / 8);
    const sum = (a: Float64Array): Float64Array => a.map((entry, k) => entry + by[k]);
    return agree(lossAt(f, sum(y), sum(eta)), lossAt(f, y, eta));
  });
}

/** Whether a step changes the gradient by the same from every predictor on, for one target. */
function hasConstantHessian(trials: readonly Trial[]): boolean {
  return trials.every(({ eta }) =>
    eta.every((_, i) => {
      const changes = trials.map((trial) => gradientChange({ ...trial, y: trials[0].y }, i, 1));
      return changes.every((change) => allAgree(change, changes[0]));
    }),
  );
}

/** Whether the gradient in no entry is changed by a step in another entry `k` such that `meets(i, k)`. */
function isApart(trials: readonly Trial[], meets: (i: number, k: number) => boolean): boolean {
  return trials.every((trial) =>
    trial.eta.every((_, i) =>
      gradientChange(trial, i, 1).every((change, k) => !meets(i, k) || agree(change, 0)),
    ),
  );
}

/** Whether the gradient changes linearly along short steps, but for the few that meet a kink of it. */
function isPiecewiseQuadratic(trials: readonly Trial[]): boolean {
  const h = 1e-3;
  const bends = trials.flatMap((trial) =>
    Array.from(trial.eta, (_, i) => gradientChange(trial, i, h)[i] + gradientChange(trial, i, -h)[i]),
  );
  return bends.filter((bend) => Math.abs(bend) > 1e-12).length < bends.length / 10;
}

/** Whether the loss grows far out in each direction of the predictors of one sample. */
function isCoercive(trials: readonly Trial[]): boolean {
  const random = seededRandom(32);
  return trials.every(({ f, y, eta }) =>
    [...sixWeights.keys()]
      .filter((sample) => sixWeights[sample] > 0)
      .every((sample) => {
        const direction = normals(random, eta.length).map((d, k) => (sampleOf(k) === sample ? d : 0));
        return [1, -1].every(
          (sign) =>
            lossAt(
              f,
              y,
              eta.map((entry, k) => entry + sign * 1e9 * direction[k]),
            ) >
            50 + lossAt(f, y, eta),
        );
      }),
  );
}

/** Whether a constant added to the predictors that `moves` says leaves the loss as it is. */
function isInvariant(trials: readonly Trial[], moves: (k: number) => boolean): boolean {
  return trials.every(({ f, y, eta }) =>
    [-1, 2].every((by) =>
      agree(
        lossAt(
          f,
          y,
          eta.map((entry, k) => entry + (moves(k) ? by : 0)),
        ),
        lossAt(f, y, eta),
      ),
    ),
  );
}

/**
 * Whether the inverse link is a probability of the classes that no predictor makes certain, and at which the expected
 * gradient is zero, so that the loss is least where predictions are right.
 */
function hasProbabilities(trials: readonly Trial[]): boolean {
  return trials.every(({ f, eta }) => {
    if (f.response !== "classes") return false;
    const shares = new Float64Array(eta.length);
    f.inverseLink(eta, shares);
    const expected = new Float64Array(eta.length);
    const nClasses = Math.max(2, f.nResponses);
    for (let c = 0; c < nClasses; c++) {
      const y = eta.map((_, k) => (f.nResponses === 1 ? c : Number(responseOf(k) === c)));
      const probability = (k: number): number =>
        f.nResponses > 1 ? shares[c * SAMPLES + sampleOf(k)] : c === 1 ? shares[k] : 1 - shares[k];
      gradientAt(f, y, eta).forEach((slope, k) => {
        expected[k] += probability(k) * slope;
      });
    }
    return shares.every((share) => share > 0 && share < 1) && expected.every((slope) => agree(slope, 0));
  });
}

/** Whether second derivatives change over a distance `d` by a factor between `exp(-M d)` and `exp(M d)`, but for roundings. */
function isSelfConcordant(trials: readonly Trial[], M: number): boolean {
  return trials.every(({ f, y, eta }) =>
    [-3, -1, -0.1, 0.1, 1, 3].every((d) => {
      const [before, after] = [new Float64Array(eta.length), new Float64Array(eta.length)];
      f.curvature(y, eta, before);
      f.curvature(
        y,
        eta.map((entry) => entry + d),
        after,
      );
      const bound = Math.exp(M * Math.abs(d)) * (1 + 1e-12);
      return after.every((c, i) => c <= before[i] * bound && before[i] <= c * bound);
    }),
  );
}

for (const { datafit, draw } of [...datafitCases, ...derivedCases]) {
  for (const [name, f] of [
    [datafit.name, datafit],
    [`weighted ${datafit.name}`, datafit.weighted(sixWeights)],
  ] as const) {
    describe(`the properties of the datafit ${name}`, () => {
      const trials = trialsOf(f, draw);

      it("say whether it is a multiple of the squared distance", () =>
        assert.equal(f.quadratic, isSquare(trials)));

      it("say whether it depends on residuals only", () =>
        assert.equal(f.dependsOnResidual, dependsOnResidual(trials)));

      it("say whether its second derivative is constant", () =>
        assert.equal(f.hasConstantHessian, hasConstantHessian(trials)));

      it("say whether its second derivative is diagonal", () =>
        assert.equal(
          f.hasDiagonalHessian,
          isApart(trials, (i, k) => i !== k),
        ));

      it("say whether it consists of quadratic pieces", () =>
        assert.equal(f.piecewiseQuadratic, isPiecewiseQuadratic(trials)));

      it("say whether the loss of a sample grows in every direction", () =>
        assert.equal(f.coercive, isCoercive(trials)));

      it("say whether the loss of a sample depends on other samples", () =>
        assert.equal(f.comparesSamples, !isApart(trials, (i, k) => sampleOf(i) !== sampleOf(k))));

      it("say whether a constant added to the predictors of a response changes the loss", () =>
        assert.equal(f.determinesIntercept, !isInvariant(trials, (k) => responseOf(k) === 0)));

      it("say whether a constant added to the predictors of a sample changes nothing", () =>
        assert.equal(
          f.shiftInvariant,
          isInvariant(trials, (k) => sampleOf(k) === 0),
        ));

      if (f.selfConcordance !== undefined)
        it("say by what factor its second derivative may change, and not more than that", () => {
          assert.ok(f.hasDiagonalHessian && isSelfConcordant(trials, f.selfConcordance!));
          assert.ok(!isSelfConcordant(trials, 0.9 * f.selfConcordance!));
        });

      it("say whether the inverse link is a probability", () =>
        assert.equal(f.hasProbabilities, hasProbabilities(trials)));
    });
  }
}
