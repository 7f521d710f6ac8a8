import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import {
  type ConvexLoss,
  convexLoss,
  type Datafit,
  gamma,
  huber,
  logCosh,
  logistic,
  negativeBinomial,
  poisson,
  quantile,
  squaredError,
  squaredHinge,
  tweedie,
} from "../../src/datafits";
import { SmoothLasso } from "../../src/estimators";
import { assertAllClose, assertClose } from "../support/assert-close";
import { derivedOf } from "../support/datafit-cases";
import { linearData } from "../support/problems";

const positives = [0.02, 0.7, 1, 3, 250];
const counts = [0, ...positives];
const numbers = [-30, -0.4, 0, 1.3, 700];

/** Losses with closed forms, responses, and duals of the domain as shares of the way to a finite end. */
const closed: readonly (readonly [Datafit, readonly number[]])[] = [
  [gamma(), positives],
  [poisson(), counts],
  [negativeBinomial({ theta: 1.7 }), counts],
  [tweedie({ power: 1.4 }), counts],
  [logistic(), [0, 1]],
  [squaredHinge(), [0, 1]],
  [huber({ delta: 0.8 }), numbers],
  [quantile({ tau: 0.8, smoothing: 0.3 }), numbers],
  [logCosh({ delta: 0.8 }), numbers],
  [squaredError(), numbers],
];

describe("convexLoss", () => {
  for (const [f, responses] of closed) {
    const derived = derivedOf(f);
    it(`has the saturated value and the gap of ${f.name} that closed forms give`, () => {
      const random = seededRandom(1);
      for (const own of responses) {
        const y = Float64Array.of(own);
        const saturated = f.saturatedValue(y);
        assertClose(
          `saturated, y ${own}`,
          derived.saturatedValue(y),
          saturated,
          1e-13 * (1 + Math.abs(saturated)),
        );
        const center = f.dependsOnResidual ? own : Math.log(Math.max(own, 0.1));
        for (let trial = 0; trial < 300; trial++) {
          const [eta, other] = [center + 3 * random.normal(), center + 3 * random.normal()];
          const slope = new Float64Array(1);
          f.valueAndGradient(y, Float64Array.of(other), slope);
          const dual = slope.map((u) => u * (trial % 2 === 0 ? 1 : random.uniform()));
          const at = Float64Array.of(eta);
          const expected = f.fenchelYoung!(y, at, dual);
          const tolerance = 1e-9 * expected + 1e-13 * (1 + Math.abs(own));
          assertClose(
            `y ${own}, eta ${eta}, dual ${dual}`,
            derived.fenchelYoung!(y, at, dual),
            expected,
            tolerance,
          );
        }
      }
    });
  }

  it("finds the ends of the domain of slopes, which belong to it", () => {
    const one = Float64Array.of(1);
    const at = (dual: number) => Float64Array.of(dual);
    for (const [f, least, largest] of [
      [logistic(), -1, 0],
      [poisson(), -1, Infinity],
      [gamma(), -Infinity, 1],
      [negativeBinomial({ theta: 2 }), -1, 2],
      [huber({ delta: 0.4 }), -0.4, 0.4],
      [logCosh({ delta: 0.4 }), -0.4, 0.4],
      [quantile({ tau: 0.7 }), -0.7, 0.3],
      [squaredHinge(), -Infinity, 0],
      [squaredError(), -Infinity, Infinity],
    ] as const) {
      const derived = derivedOf(f);
      for (const [end, outwards] of [
        [least, -1e-9],
        [largest, 1e-9],
      ]) {
        if (Number.isFinite(end)) {
          const expected = f.fenchelYoung!(one, at(0.3), at(end));
          assertClose(`${f.name} at ${end}`, derived.fenchelYoung!(one, at(0.3), at(end)), expected, 1e-13);
          assert.equal(derived.fenchelYoung!(one, at(0.3), at(end + outwards)), Infinity, f.name);
        } else assert.ok(Number.isFinite(derived.fenchelYoung!(one, at(0.3), at(1e3 * outwards))), f.name);
      }
    }
  });

  it("has the unit deviance of families that the textbooks give, up to a factor", () => {
    for (const f of [gamma(), poisson(), negativeBinomial({ theta: 1.7 }), tweedie({ power: 1.4 })]) {
      const derived = derivedOf(f);
      for (const y of f === gamma() ? positives : counts) {
        for (const mean of [0.3, 1, 40]) {
          const expected = f.unitDeviance!(y, mean);
          assertClose(`${f.name}: ${y}, ${mean}`, derived.unitDeviance!(y, mean), expected, 1e-12 * (1 + y));
        }
      }
    }
    assert.equal(derivedOf(huber({ delta: 1 })).unitDeviance, undefined);
  });

  it("has the normalizer of robust losses", () => {
    for (const f of [
      huber({ delta: 0.8 }),
      quantile({ tau: 0.9, smoothing: 0.3 }),
      logCosh({ delta: 1e3 }),
    ]) {
      for (const dispersion of [1e-6, 0.02, 1, 50]) {
        const expected = f.logNormalizer!(dispersion);
        assertClose(`${f.name}, ${dispersion}`, derivedOf(f).logNormalizer!(dispersion), expected, 1e-5);
      }
    }
    assert.equal(derivedOf(poisson()).logNormalizer, undefined);
    const smooth = derivedOf(logCosh({ delta: 2 })).logNormalizer!(0.3);
    assertClose("smooth", smooth, logCosh({ delta: 2 }).logNormalizer!(0.3), 1e-13);
  });

  it("fits as the loss of the library does, with the same criteria and score, in any unit of the response", () => {
    const { X, y } = linearData(3, 40, 6);
    for (const unit of [1e-6, 1, 1e6]) {
      const response = y.map((value) => value * unit);
      const delta = 0.9 * unit;
      const options = { nLambdas: 8, lambdaMinRatio: 0.02 };
      const [own, given] = [derivedOf(logCosh({ delta })), logCosh({ delta })].map((datafit) =>
        new SmoothLasso({ datafit, tol: 1e-10 }).path(X, response, options),
      );
      own.fits.forEach((fit, k) => {
        assert.equal(fit.status, "converged");
        assertAllClose(
          `fit ${k}`,
          fit.coef.map((b) => b / unit),
          given.fits[k].coef.map((b) => b / unit),
          1e-5,
        );
        assertClose(`score ${k}`, fit.score(X, response), given.fits[k].score(X, response), 1e-6);
      });
      assertAllClose("aic", own.aic, given.aic, 1e-3);
    }
  });

  it("refuses what is no loss, and derivatives that are others, in a sentence that says where", () => {
    const loss: ConvexLoss = {
      name: "pseudoHuber",
      dependsOnResidual: true,
      coercive: true,
      value: (y, eta) => Math.hypot(1, eta - y) - 1,
      slope: (y, eta) => (eta - y) / Math.hypot(1, eta - y),
      curvature: (y, eta) => Math.hypot(1, eta - y) ** -3,
    };
    const { X, y } = linearData(3, 40, 6);
    assert.equal(new SmoothLasso({ datafit: convexLoss(loss), lambda: 0.05 }).fit(X, y).status, "converged");
    assert.throws(() => convexLoss({ ...loss, slope: undefined } as unknown as ConvexLoss), {
      name: "InputError",
      message: "convexLoss: loss must be an object with name, value, slope and curvature, got an object",
    });
    assert.throws(
      () => convexLoss({ ...loss, inverselink: Math.exp } as ConvexLoss),
      /got "inverselink"; did you mean "inverseLink"\?$/,
    );
    assert.throws(
      () => convexLoss({ ...loss, name: undefined } as unknown as ConvexLoss),
      /name must be a text, got undefined$/,
    );
    assert.throws(
      () => convexLoss({ ...loss, response: "classes" }),
      /^InputError: convexLoss: inverseLink must be given for a response of classes, got undefined$/,
    );
    assert.throws(
      () => new SmoothLasso({ datafit: convexLoss(loss), lambda: 0.05 }).fit(X, y).toJSON(),
      /datafit must be made by a factory of this library, got "pseudoHuber"$/,
    );
    for (const [wrong, message] of [
      [
        { slope: (own: number, eta: number) => 2 * loss.slope(own, eta) },
        /^SmoothLasso.fit: slope of pseudoHuber at y .+ must be the derivative of value there, .+ by differences, got /,
      ],
      [
        { curvature: () => 1 },
        /^SmoothLasso.fit: curvature of pseudoHuber at y .+ must be the derivative of slope there, .+ by differences, got 1$/,
      ],
      [
        { curvature: () => -1 },
        /^SmoothLasso.fit: curvature of pseudoHuber at y .+ must be a number >= 0, got -1$/,
      ],
    ] as const)
      assert.throws(
        () => new SmoothLasso({ datafit: convexLoss({ ...loss, ...wrong }), lambda: 0.05 }).fit(X, y),
        { name: "InputError", message },
      );
  });
});
