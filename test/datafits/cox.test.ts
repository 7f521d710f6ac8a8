import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { seededRandom } from "../../src";
import { cox, type RiskSetColumns } from "../../src/datafits";
import { InputError } from "../../src/errors";
import { assertAllClose, assertClose } from "../support/assert-close";
import { datafitCases, gradientAt, hessianTimes, lossAt, sixWeights } from "../support/datafit-cases";
import { numericGradient } from "../support/finite-differences";
import { designOf, normals } from "../support/problems";

const { draw } = datafitCases.find(({ factory }) => factory === "cox")!;

/** The definition: one sum over samples for each event, in quadratic time. */
function byRiskSets(y: Float64Array, eta: Float64Array, weights: Float64Array): number {
  let loss = 0;
  y.forEach((time, i) => {
    if (time < 0) return;
    let sum = 0;
    y.forEach((other, j) => {
      if (Math.abs(other) >= time) sum += weights[j] * Math.exp(eta[j]);
    });
    loss += weights[i] * (Math.log(sum) - eta[i]);
  });
  return loss / y.length;
}

describe("cox", () => {
  it("is the sum over risk sets of its definition, ties and weights included", () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 50; trial++) {
      const [y, eta] = [draw(6, trial), normals(random, 6)];
      const ones = new Float64Array(6).fill(1);
      assertClose("loss", lossAt(cox(), y, eta), byRiskSets(y, eta, ones), 1e-14);
      const weighted = cox().weighted(sixWeights);
      assertClose("weighted", lossAt(weighted, y, eta), byRiskSets(y, eta, sixWeights), 1e-14);
    }
  });

  it("multiplies by its Hessian at each predictor and target that follow each other as a new one does", () => {
    const random = seededRandom(3);
    const strata = Float64Array.of(1, 0, 1, 0, 0, 1);
    for (const make of [
      () => cox(),
      () => cox({ ties: "efron" }),
      () => cox().weighted(Float64Array.of(1, 0, 2, 0.5, 3, 1)),
      () => cox().withRiskSets!({ start: undefined, strata }),
    ]) {
      const kept = make();
      const y = draw(6, 1);
      const predictors = [normals(random, 6), Float64Array.of(800, -3, 0, 801, 2, 1)];
      for (const eta of [...predictors, ...predictors]) {
        for (let k = 0; k < 3; k++) {
          const v = normals(random, 6);
          assert.deepEqual(hessianTimes(kept, y, eta, v), hessianTimes(make(), y.slice(), eta, v));
          if (k === 1) y[2] = -y[2];
        }
      }
    }
  });

  // Events at 1 and 2, one sample censored at 3; with one covariate x = (1, 0, 1) the partial likelihood is
  // e^b / (1 + 2 e^b) * 1 / (1 + e^b), largest where b - log(1 + 2 e^b) - log(1 + e^b) is: at 2 e^2b = 1.
  it("has the maximum of a partial likelihood of three samples worked out by hand", () => {
    const y = Float64Array.of(1, 2, -3);
    const x = [1, 0, 1];
    const at = (b: number) => Float64Array.from(x, (entry) => b * entry);
    const b = -Math.log(2) / 2;
    const likelihood = Math.exp(b) / (1 + 2 * Math.exp(b)) / (1 + Math.exp(b));
    assertClose("loss", lossAt(cox(), y, at(b)), -Math.log(likelihood) / 3, 1e-15);
    const gradient = gradientAt(cox(), y, at(b));
    assertClose("score", gradient[0] + gradient[2], 0, 1e-16);
  });

  it("agrees with statsmodels' likelihood, score and information, many ties among the times", () => {
    const file = path.resolve(__dirname, "../../../test/golden/cox-partial-likelihood.json");
    const golden = JSON.parse(readFileSync(file, "utf8"));
    const { n, p } = golden;
    const rows = Array.from({ length: n }, (_, i) => golden.X.slice(i * p, (i + 1) * p) as number[]);
    const design = designOf(rows);
    const y = Float64Array.from(golden.time, (time: number, i) => (golden.status[i] === 1 ? time : -time));
    for (const { coef, loglike, score, hessian } of golden.points) {
      const eta = new Float64Array(n);
      design.matvec(Float64Array.from(coef), eta);
      assertClose("log-likelihood", -n * lossAt(cox(), y, eta), loglike, 1e-13);
      const gradient = new Float64Array(p);
      design.rmatvec(gradientAt(cox(), y, eta), gradient);
      assertAllClose(
        "score",
        gradient.map((entry) => -n * entry),
        score,
        1e-13,
      );
      for (let j = 0; j < p; j++) {
        const information = new Float64Array(p);
        design.rmatvec(hessianTimes(cox(), y, eta, design.column(j)), information);
        assertAllClose(
          `information ${j}`,
          information.map((entry) => -n * entry),
          hessian[j],
          1e-13,
        );
      }
    }
  });

  it("does not see a constant added to all predictors, and has an exactly flat direction there", () => {
    const random = seededRandom(2);
    const [y, eta] = [draw(6, 2), normals(random, 6)];
    const shifted = eta.map((entry) => entry + 1e3);
    assertClose("loss", lossAt(cox(), y, shifted), lossAt(cox(), y, eta), 1e-12);
    assertAllClose("gradient", gradientAt(cox(), y, shifted), gradientAt(cox(), y, eta), 1e-12);
    assert.ok(hessianTimes(cox(), y, eta, new Float64Array(6).fill(1)).every((entry) => entry === 0));
  });

  it("keeps later risk sets that are negligible beside the earlier ones", () => {
    // At time 2 one of the two remaining samples fails, and both have e^-2000 of the risk of the first.
    const y = Float64Array.of(1, 2, -3);
    const eta = Float64Array.of(1000, -1000, -1000);
    assertClose("loss", lossAt(cox(), y, eta), Math.log(2) / 3, 1e-12);
    assertAllClose("gradient", gradientAt(cox(), y, eta), [0, -1 / 6, 1 / 6], 1e-12);
  });

  it("sorts a target anew that has changed in place", () => {
    const f = cox();
    const random = seededRandom(3);
    const [y, eta, other] = [draw(6, 3), normals(random, 6), draw(6, 4)];
    lossAt(f, y, eta);
    y.set(other);
    assert.equal(lossAt(f, y, eta), lossAt(cox(), other, eta));
  });

  it("predicts the relative hazard", () => {
    const out = new Float64Array(2);
    cox().inverseLink(Float64Array.of(0, Math.log(3)), out);
    assertAllClose("hazard", out, [1, 3], 1e-15);
  });

  it("says in a sentence which target it cannot take", () => {
    const check =
      (...y: number[]) =>
      () =>
        cox().checkTarget("fit", Float64Array.from(y));
    const rule = "a finite time, negative if censored, and not 0";
    check(1, -2, 2)();
    assert.throws(
      check(1, 0),
      new InputError(`fit: y, row 1 must be ${rule}, got 0; start the clock earlier`),
    );
    for (const bad of [Number.NaN, Infinity]) {
      assert.throws(check(1, bad), new InputError(`fit: y, row 1 must be ${rule}, got ${bad}`));
    }
    const none = new InputError(
      "fit: y must have at least one event of positive weight, got none; a time t is an event, -t is censored at t",
    );
    assert.throws(check(-1, -2), none);
    assert.throws(
      () => cox().weighted(Float64Array.of(0, 2)).checkTarget("fit", Float64Array.of(1, -2)),
      none,
    );
  });
});

/** The same with Efron's ties: the `l`-th of `d` events at a time sees its risk set without the share `l / d` of their risk. */
function byEfron(y: Float64Array, eta: Float64Array, weights: Float64Array): number {
  let loss = 0;
  for (const time of new Set(y.filter((entry) => entry > 0))) {
    const indices = [...y.keys()].filter((i) => weights[i] > 0);
    const risk = (members: readonly number[]): number =>
      members.reduce((sum, i) => sum + weights[i] * Math.exp(eta[i]), 0);
    const events = indices.filter((i) => y[i] === time);
    const [all, tied] = [risk(indices.filter((i) => Math.abs(y[i]) >= time)), risk(events)];
    const mean = events.reduce((sum, i) => sum + weights[i] / events.length, 0);
    events.forEach((i, l) => {
      loss += mean * Math.log(all - (l / events.length) * tied) - weights[i] * eta[i];
    });
  }
  return loss / y.length;
}

describe("cox with Efron's ties", () => {
  const efron = cox({ ties: "efron" });
  const members = [
    [efron, new Float64Array(6).fill(1)],
    [efron.weighted(sixWeights), sixWeights],
  ] as const;

  it("is the sum over events of its definition, weights as in coxph", () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 50; trial++) {
      const [y, eta] = [draw(6, trial), normals(random, 6)];
      for (const [f, weights] of members)
        assertClose("loss", lossAt(f, y, eta), byEfron(y, eta, weights), 1e-14);
    }
  });

  it("has the gradient and the second derivative that finite differences give", () => {
    const random = seededRandom(2);
    for (let trial = 0; trial < 20; trial++) {
      const [y, eta, v] = [draw(6, trial), normals(random, 6), normals(random, 6)];
      for (const [f] of members) {
        const gradient = gradientAt(f, y, eta);
        assertAllClose(
          "gradient",
          gradient,
          numericGradient((at) => lossAt(f, y, at), eta),
          1e-9,
        );
        const rows = Array.from(eta, (_, i) => numericGradient((at) => gradientAt(f, y, at)[i], eta));
        const curvature = new Float64Array(6);
        f.curvature(y, eta, curvature);
        assertAllClose(
          "curvature",
          curvature,
          rows.map((row, i) => row[i]),
          1e-8,
        );
        const product = rows.map((row) => row.reduce((sum, entry, k) => sum + entry * v[k], 0));
        assertAllClose("Hessian times v", hessianTimes(f, y, eta, v), product, 1e-8);
      }
    }
  });

  it("has its saturated value where each event precedes all others for certain", () => {
    for (let trial = 0; trial < 20; trial++) {
      const y = draw(6, trial);
      const ordered = y.map((time) => (time > 0 ? -100 * time : -1000));
      for (const [f] of members) assertClose("saturated", lossAt(f, y, ordered), f.saturatedValue(y), 1e-13);
    }
  });

  it("is Breslow's without ties, and never above it", () => {
    const random = seededRandom(3);
    const [eta, apart] = [normals(random, 6), Float64Array.of(3, -1, 2, 5, -4, 6)];
    assert.equal(lossAt(efron, apart, eta), lossAt(cox(), apart, eta));
    for (let trial = 0; trial < 20; trial++) {
      const y = draw(6, trial);
      assert.ok(lossAt(efron, y, eta) <= lossAt(cox(), y, eta) + 1e-15);
    }
  });

  it("has the log partial likelihoods of coxph without coefficients and at its estimates", () => {
    const file = path.resolve(__dirname, "../../../test/golden/glm-families.json");
    const { n, X, time, event, models } = JSON.parse(readFileSync(file, "utf8"));
    const { estimates, log_likelihoods: expected } = models.cox_efron;
    const y = Float64Array.from(time, (t: number, i) => (event[i] ? t : -t));
    const eta = y.map((_, i) =>
      estimates.reduce((sum: number, b: number, j: number) => sum + b * X[i + j * n], 0),
    );
    assertClose("null", -n * lossAt(efron, y, new Float64Array(n)), expected[0], 1e-12);
    assertClose("estimates", -n * lossAt(efron, y, eta), expected[1], 1e-10);
  });

  it("refuses ties of another name", () => {
    assert.throws(() => cox({ ties: "exact" as never }), {
      message: 'cox: ties must be "breslow" or "efron", got "exact"',
    });
  });
});

/** The definition with times of entry and strata, for Breslow's ties and Efron's; every risk set is a sum of its own. */
function byRiskSetsWith(
  { start, strata }: RiskSetColumns,
  ties: "breslow" | "efron",
  y: Float64Array,
  eta: Float64Array,
  weights: Float64Array,
): number {
  let loss = 0;
  const all = [...y.keys()].filter((i) => weights[i] > 0);
  const stratumOf = (i: number): number => strata?.[i] ?? 0;
  const risk = (members: readonly number[]): number =>
    members.reduce((sum, i) => sum + weights[i] * Math.exp(eta[i]), 0);
  const seen = new Set<string>();
  for (const k of all) {
    const key = `${stratumOf(k)} ${y[k]}`;
    if (y[k] < 0 || seen.has(key)) continue;
    seen.add(key);
    const members = all.filter((i) => stratumOf(i) === stratumOf(k));
    const events = members.filter((i) => y[i] === y[k]);
    const atRisk = members.filter((i) => Math.abs(y[i]) >= y[k] && (start?.[i] ?? 0) < y[k]);
    const mean = events.reduce((sum, i) => sum + weights[i] / events.length, 0);
    events.forEach((i, l) => {
      const off = ties === "efron" ? l / events.length : 0;
      loss += (ties === "efron" ? mean : weights[i]) * Math.log(risk(atRisk) - off * risk(events));
      loss -= weights[i] * eta[i];
    });
  }
  return loss / y.length;
}

describe("cox with times of entry and strata", () => {
  const n = 14;
  const random = seededRandom(8);
  const drawn = (trial: number) => {
    const y = draw(n, trial);
    const start = y.map((time, i) => ((i * (trial + 3)) % 4) * 0.25 * Math.abs(time));
    const strata = Float64Array.from(y, (_, i) => (i * i + trial) % 3);
    return { y, start, strata, eta: normals(random, n), v: normals(random, n) };
  };
  const weights = Float64Array.from({ length: n }, (_, i) => [0, 0.5, 1, 2, 1.5, 1, 1][i % 7]);
  const columnsOf: Readonly<Record<string, (of: ReturnType<typeof drawn>) => RiskSetColumns>> = {
    strata: ({ strata }) => ({ start: undefined, strata }),
    "times of entry": ({ start }) => ({ start, strata: undefined }),
    both: ({ start, strata }) => ({ start, strata }),
  };

  for (const [what, columns] of Object.entries(columnsOf)) {
    for (const ties of ["breslow", "efron"] as const) {
      it(`is the sum of its definition, and has its derivatives: ${what}, ${ties}`, () => {
        for (let trial = 0; trial < 12; trial++) {
          const data = drawn(trial);
          const { y, eta, v } = data;
          const own = cox({ ties }).weighted(weights).withRiskSets!(columns(data));
          const expected = byRiskSetsWith(columns(data), ties, y, eta, weights);
          assertClose("loss", lossAt(own, y, eta), expected, 1e-13);
          const gradient = numericGradient((at) => lossAt(own, y, at), eta);
          assertAllClose("gradient", gradientAt(own, y, eta), gradient, 1e-9);
          const rows = Array.from(eta, (_, i) => numericGradient((at) => gradientAt(own, y, at)[i], eta));
          const curvature = new Float64Array(n);
          own.curvature(y, eta, curvature);
          const diagonal = rows.map((row, i) => row[i]);
          assertAllClose("curvature", curvature, diagonal, 1e-8);
          const product = rows.map((row) => row.reduce((sum, entry, k) => sum + entry * v[k], 0));
          assertAllClose("Hessian times v", hessianTimes(own, y, eta, v), product, 1e-8);
          // Events that precede all others for certain, the earlier the more so, have the saturated loss.
          const certain = y.map((time) => -400 * Math.abs(time) + (time > 0 ? 100 : 0));
          assertClose("saturated", own.saturatedValue(y), lossAt(own, y, certain), 1e-12);
        }
      });
    }
  }

  it("is cox() where all enter at 0, and in one stratum", () => {
    const { y, eta } = drawn(1);
    const same = cox().withRiskSets!({ start: new Float64Array(n), strata: new Float64Array(n) });
    assertClose("loss", lossAt(same, y, eta), lossAt(cox(), y, eta), 1e-14);
    assertAllClose("gradient", gradientAt(same, y, eta), gradientAt(cox(), y, eta), 1e-14);
  });

  it("keeps risk sets that are negligible beside those before and after them", () => {
    // At 2 the second and the third are at risk, with e^-2000 of the risk of those who have left or are yet to come.
    const y = Float64Array.of(1, 2, -3, 4);
    const eta = Float64Array.of(1000, -1000, -1000, 1000);
    const start = Float64Array.of(0, 0, 0, 3);
    const own = cox().withRiskSets!({ start, strata: undefined });
    assertClose("loss", lossAt(own, y, eta), Math.log(2) / 4, 1e-12);
    assertAllClose("gradient", gradientAt(own, y, eta), [0, -1 / 8, 1 / 8, 0], 1e-12);
  });

  it("gives a stratum without events no part", () => {
    const y = Float64Array.of(1, 2, -3, -1, -2);
    const eta = Float64Array.of(0.3, -1, 0.5, 2, -2);
    const strata = Float64Array.of(0, 0, 0, 1, 1);
    const own = cox().withRiskSets!({ start: undefined, strata });
    const alone = lossAt(cox(), y.subarray(0, 3), eta.subarray(0, 3));
    assertClose("loss", lossAt(own, y, eta), (alone * 3) / 5, 1e-15);
    assert.deepEqual([...gradientAt(own, y, eta).subarray(3)].map(Math.abs), [0, 0]);
  });

  it("sees a target anew that has changed in place", () => {
    const { y, eta, start, strata } = drawn(2);
    const own = cox().withRiskSets!({ start, strata });
    lossAt(own, y, eta);
    y[0] *= 0.99;
    assert.equal(lossAt(own, y, eta), lossAt(cox().withRiskSets!({ start, strata }), y.slice(), eta));
  });
});
