/** Cox models with strata, times of entry and both, against `coxph`, `concordance` and `basehaz` of R's survival and glmnet's penalized fits. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { cox } from "../../src/datafits";
import {
  evaluate,
  fitFromJSON,
  fitOnSupport,
  inference,
  predictSurvival,
  SmoothLasso,
} from "../../src/estimators";
import { bootstrapInclusion, marginalFalseDiscovery, stabilitySelection } from "../../src/selection";
import { assertAllClose, assertClose } from "../support/assert-close";

interface GoldenCase {
  readonly entry: boolean;
  readonly stratified: boolean;
  readonly ties: "breslow" | "efron";
  readonly weighted: boolean;
  readonly log_likelihood: number;
  readonly concordance: number;
  readonly estimates: number[];
  readonly errors: number[];
  readonly p: number[];
  readonly hazard?: { readonly time: number[]; readonly hazard: number[]; readonly strata: string[] };
  readonly lambdas?: number[];
  readonly coefficients?: number[][];
}

const golden: {
  readonly cases: readonly GoldenCase[];
  readonly X: number[][];
  readonly start: number[];
  readonly stop: number[];
  readonly event: number[];
  readonly strata: string[];
  readonly weight: number[];
} = JSON.parse(readFileSync(path.resolve(__dirname, "../../../test/golden/cox-strata.json"), "utf8"));
const { X, start, stop, event, strata } = golden;

describe("a Cox model with risk sets of its own", () => {
  for (const wanted of golden.cases) {
    const { entry, stratified, ties, weighted } = wanted;
    const y = { time: stop, event, ...(entry ? { start } : {}), ...(stratified ? { strata } : {}) };
    const samples = weighted ? { sampleWeight: golden.weight } : {};
    const kind = [entry && "times of entry", stratified && "strata", weighted && "weights"].filter(Boolean);
    const name = `${ties}'s ties, ${kind.join(", ") || "neither"}`;
    const fit = fitOnSupport(X, y, [0, 1, 2, 3, 4], { datafit: cox({ ties }), ...samples });

    it(`is that of coxph: ${name}`, () => {
      assertAllClose("estimates", fit.coef, wanted.estimates, 1e-6);
      const table = inference(fit);
      assertAllClose("errors", table.standardErrors, wanted.errors, 1e-6);
      assertAllClose("p", table.pValues, wanted.p, 1e-6);
      assertClose("concordance", evaluate(fit, X, y, samples).concordance!, wanted.concordance, 1e-12);
      assertClose("score", fit.score(X, y, samples), wanted.concordance, 1e-12);
    });

    if (wanted.hazard) {
      it(`has the baseline hazards of coxph: ${name}`, () => {
        const { time, hazard, strata: of } = wanted.hazard!;
        const times = [...new Set(time)].sort((a, b) => a - b);
        const rows = X.slice(0, 2);
        const curves = predictSurvival(fit, { X, y }, rows, {
          times,
          ...(stratified ? { strata: ["south", "west"] } : {}),
        });
        const labels = curves.strata ?? [""];
        time.forEach((t, k) => {
          const own = curves.baselineHazards[labels.indexOf(of[k])];
          assertClose(`hazard at ${t} in ${of[k]}`, own[times.indexOf(t)], hazard[k], 1e-6);
        });
        const west = stratified ? "west" : "";
        const own = curves.baselineHazards[labels.indexOf(west)];
        const last = times.indexOf(time[of.lastIndexOf(west)]);
        assertClose("survival", curves.survival[1][last], Math.exp(-own[last] * curves.risks[1]), 1e-12);
        assert.ok(curves.survival[1].subarray(last + 1).every(Number.isNaN));
      });

      it(`has the medians of the hazards of coxph, whatever the times: ${name}`, () => {
        const { time, hazard, strata: of } = wanted.hazard!;
        const label = stratified ? "south" : "";
        const rows = X.slice(0, 6);
        for (const times of [undefined, [0.1], [0, 1e3]]) {
          const given = { ...(times && { times }), ...(stratified && { strata: rows.map(() => label) }) };
          const { medians, risks } = predictSurvival(fit, { X, y }, rows, given);
          const expected = Array.from(risks, (risk) => {
            const first = time.findIndex((_, k) => of[k] === label && Math.exp(-hazard[k] * risk) <= 0.5);
            return time[first] ?? Number.POSITIVE_INFINITY;
          });
          assert.deepEqual([...medians], expected);
          assert.ok(expected.some((median) => median < Infinity));
        }
      });
    }

    if (wanted.lambdas) {
      it(`has the path of glmnet: ${name}`, () => {
        const model = new SmoothLasso({ datafit: cox({ ties }), tol: 1e-13 });
        const { fits } = model.path(X, y, { lambdas: wanted.lambdas!, ...samples });
        fits.forEach((own, k) => {
          assertAllClose(`coefficients at ${own.lambda}`, own.coef, wanted.coefficients![k], 1e-6);
        });
      });
    }
  }
});

describe("what is made of a Cox model with strata and times of entry", () => {
  const y = { start, time: stop, event, strata };
  const lasso = new SmoothLasso({ datafit: cox(), lambda: 0.05 });
  // Strata one after the other on the clock, each at risk from where it begins, are the same risk sets.
  const later = strata.map((label) => 1000 * ["north", "south", "west"].indexOf(label));
  const apart = {
    start: start.map((time, i) => time + later[i]),
    time: stop.map((time, i) => time + later[i]),
    event,
  };

  it("is the same where strata are stretches of one clock", () => {
    const [own, other] = [y, apart].map((target) => lasso.fit(X, target));
    assertAllClose("coefficients", own.coef, other.coef, 1e-9);
    assertClose("concordance", own.score(X, y), other.score(X, apart), 1e-12);
    const options = { folds: 4, nLambdas: 5 };
    for (const measure of ["deviance", "concordance"] as const) {
      const [cv, of] = [y, apart].map((target) => lasso.crossValidate(X, target, { ...options, measure }));
      assertAllClose(measure, cv.meanScore, of.meanScore, 1e-8);
    }
    const [chosen, likewise] = [y, apart].map((target) =>
      marginalFalseDiscovery(lasso, X, target, { lambdas: [0.1, 0.05] }),
    );
    assertAllClose("false discoveries", chosen.expected, likewise.expected, 1e-8);
    const [stable, same] = [y, apart].map((target) => stabilitySelection(lasso, X, target, { nPairs: 4 }));
    assert.deepEqual(stable.probabilities, same.probabilities);
    const [boot, drawn] = [y, apart].map((target) =>
      bootstrapInclusion(lasso, X, target, { nBootstraps: 4 }),
    );
    assert.deepEqual(boot.inclusion, drawn.inclusion);
  });

  it("is validated in threads to the same bits, and read from a file", async () => {
    const options = { folds: 4, nLambdas: 5 };
    const here = lasso.crossValidate(X, y, options);
    assert.deepStrictEqual(lasso.crossValidate(X, y, { ...options, workers: 2 }), here);
    const fit = await lasso.fitAsync(X, y);
    assert.deepEqual(fit.coef, lasso.fit(X, y).coef);
    const again = fitFromJSON(JSON.stringify(fit));
    assert.equal(evaluate(again as typeof fit, X, y).deviance, evaluate(fit, X, y).deviance);
  });

  it("says in one sentence what a curve needs", () => {
    const fit = lasso.fit(X, y);
    const curve =
      (options: object, target: object = y) =>
      () =>
        predictSurvival(fit, { X, y: target as typeof y }, [X[0]], options);
    for (const [make, message] of [
      [
        curve({}),
        "strata must be given where the training rows have them, one label a new row, got undefined",
      ],
      [
        curve({ strata: ["east"] }),
        'strata, row 0 must be one of the training rows, "north", "south" or "west", got "east"',
      ],
      [
        curve({ strata: ["west", "west"] }),
        /^predictSurvival: the length of strata must be the number of rows 1, got 2/,
      ],
      [
        curve({ strata: ["west"] }, apart),
        /^predictSurvival: strata must be left out where the training rows have none/,
      ],
    ] as const) {
      const expected = typeof message === "string" ? `predictSurvival: ${message}` : message;
      assert.throws(make, { name: "InputError", message: expected });
    }
  });
});
