/** Survival curves by Breslow's baseline hazard, against `survfit` of R and the sum over events. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { cox } from "../../../src/datafits";
import { predictSurvival, SmoothLasso } from "../../../src/estimators";
import { survivalPlot } from "../../../src/plot";
import { assertAllClose, assertClose } from "../../support/assert-close";
import type { Anything } from "../../support/bad-input";
import { linearData } from "../../support/problems";

const read = (name: string): ReturnType<typeof JSON.parse> =>
  JSON.parse(readFileSync(path.resolve(__dirname, `../../../../test/golden/${name}.json`), "utf8"));

describe("predictSurvival", () => {
  it("has the curves of survfit to 1e-6", () => {
    const { X, responses } = read("cv-measures");
    const golden = read("evaluate").cases.find(({ family }: { family: string }) => family === "cox");
    const training = { X: X.slice(0, 80), y: responses.cox.slice(0, 80) };
    const model = new SmoothLasso({ datafit: cox(), lambda: golden.lambda, tol: 1e-13 });
    const curves = predictSurvival(model.fit(training.X, training.y), training, X.slice(80, 83));
    assertAllClose("times", curves.times, golden.survival.time, 1e-12);
    curves.survival.forEach((curve, i) => {
      assertAllClose(`row ${i}`, curve, golden.survival.surv[i], 1e-6);
    });
  });

  it("knows nothing of a stratum whose training rows have no weight", () => {
    const rows = [[1], [2], [3], [4], [5], [6]];
    const strata = ["a", "a", "a", "b", "b", "b"];
    const y = { time: [1, 2, 3, 4, 5, 6], event: [1, 1, 0, 1, 1, 1], strata };
    const sampleWeight = [1, 1, 1, 0, 0, 0];
    const fit = new SmoothLasso({ lambda: 0.01, datafit: cox() }).fit(rows, y, { sampleWeight });
    const training = { X: rows, y, sampleWeight };
    const curves = predictSurvival(fit, training, [[1], [1]], { strata: ["a", "b"], times: [1, 2] });
    assert.ok(curves.survival[0].every((share) => share > 0 && share < 1));
    assert.deepEqual([...curves.survival[1], curves.medians[1]], [Number.NaN, Number.NaN, Number.NaN]);
  });

  const { X, y } = linearData(4, 60, 3);
  // Rounded, so that times are tied.
  const times = y.map((value, i) => (1 + Math.round(2 * Math.abs(value))) * (i % 3 === 0 ? -1 : 1));
  const sampleWeight = y.map((_, i) => i % 3);
  const offset = y.map((_, i) => Math.sin(i));
  const fit = new SmoothLasso({ datafit: cox(), lambda: 0.01 }).fit(X, times, { sampleWeight, offset });

  it("adds up the hazards of tied events, with weights and an offset, at any times", () => {
    const wanted = [0, 1, 2.5, Math.max(...times.map(Math.abs))];
    const training = { X, y: times, sampleWeight, offset };
    const rows = [0, 5];
    const curves = predictSurvival(
      fit,
      training,
      rows.map((i) => X[i]),
      { times: wanted, offset: [0, 0.5] },
    );
    const eta = fit.decisionFunction(X, { offset });
    wanted.forEach((time, k) => {
      let hazard = 0;
      times.forEach((event, i) => {
        if (event <= 0 || event > time) return;
        let atRisk = 0;
        times.forEach((other, j) => {
          if (Math.abs(other) >= event) atRisk += sampleWeight[j] * Math.exp(eta[j]);
        });
        hazard += sampleWeight[i] / atRisk;
      });
      assertClose("baseline", curves.baselineHazard[k], hazard, 1e-10);
      const own = fit.decisionFunction(
        rows.map((i) => X[i]),
        { offset: [0, 0.5] },
      );
      own.forEach((value, r) => {
        assertClose("survival", curves.survival[r][k], Math.exp(-hazard * Math.exp(value)), 1e-10);
      });
    });
  });

  it("has a finite hazard where risks are further apart than numbers reach", () => {
    // Of the rows that are at risk late none has a risk that is a number beside those of the early ones.
    const far = 2000 / fit.coef[0];
    const late = [4, 5, 6].map(() => [-far, 0, 0]);
    const early = [1, 2].map(() => [0, 0, 0]);
    const training = {
      X: [...early, ...late],
      y: [1, 2, 4, 5, 6],
      offset: [0, 0, 0, 0, 0],
    };
    const { survival } = predictSurvival(fit, training, [[-far, 0, 0]], { offset: [0] });
    [1, 1, Math.exp(-1 / 3), Math.exp(-1 / 3 - 1 / 2), Math.exp(-1 / 3 - 1 / 2 - 1)].forEach((wanted, k) => {
      assertClose("survival", survival[0][k], wanted, 1e-10);
    });
  });

  it("has no estimate after the last time of a row that counts, and says so", () => {
    const last = Math.max(...times.filter((_, i) => sampleWeight[i] > 0).map(Math.abs));
    const training = { X, y: times, sampleWeight, offset };
    const curves = predictSurvival(fit, training, [X[0]], { times: [last, last + 0.1], offset: [0] });
    assert.ok(curves.survival[0][0] > 0);
    assert.deepEqual([curves.survival[0][1], curves.baselineHazard[1]], [Number.NaN, Number.NaN]);
    const { notes, rows } = curves.summary();
    assert.deepEqual(notes, [
      "After the last training time, of each stratum its own, there is no estimate: NaN.",
    ]);
    assert.equal(rows[0].at(-1), null);
    assert.ok(!survivalPlot(curves).toString().includes("NaN"));
  });

  it("tells the median, and shows one row a curve", () => {
    const curves = predictSurvival(fit, { X, y: times, sampleWeight, offset }, X.slice(0, 4), {
      offset: [0, 0, 0, -40],
    });
    curves.medians.forEach((median, i) => {
      const before = curves.times.filter((time) => time < median).length;
      assert.ok(curves.survival[i].slice(0, before).every((probability) => probability > 0.5));
      if (median < Infinity) assert.ok(curves.survival[i][before] <= 0.5);
    });
    assert.equal(curves.medians[3], Number.POSITIVE_INFINITY);
    const { rows, columns } = curves.summary();
    assert.deepEqual([rows.length, columns.slice(0, 3)], [4, ["row", "risk", "median"]]);
    assert.equal(rows[3][2], null);
  });

  it("refuses what makes no sense, in one sentence", () => {
    const training = { X, y: times, sampleWeight, offset };
    const refuses = (call: () => unknown, message: string | RegExp): void =>
      assert.throws(call, { name: "InputError", message });
    const least = new SmoothLasso({ lambda: 0.1 }).fit(X, y);
    refuses(
      () => predictSurvival(least, { X, y }, X),
      'predictSurvival: the datafit of the fit must be cox(), got "squaredError"',
    );
    const at = (when: Anything): unknown => predictSurvival(fit, training, X, { times: when, offset });
    refuses(
      () => at([2, 1]),
      "predictSurvival: times[1] must be a finite number >= 0, no less than the one before, got 1",
    );
    refuses(() => at([]), "predictSurvival: times must be a list of at least one number, got an array of 0");
    refuses(
      () => predictSurvival(fit, { X, y: times } as Anything, X),
      /offset must be given, as in the fit/,
    );
  });
});
