import assert from "node:assert/strict";
import { cox, logistic, type ProgressEvent, SmoothGroupLasso, SmoothLasso, sparseMatrix } from "../../src";
import { seededRandom } from "../../src/random/random";
import { stabilitySelection } from "../../src/selection";
import { complementaryHalves, strataOf } from "../../src/selection/resampling";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(5, 60, 12);
const lasso = new SmoothLasso();

/** The definition, by whole paths of copied rows: in how many halves each feature has entered by each lambda. */
function countedByHand(lambdas: Float64Array, nPairs: number, seed: number, q: number): number[][] {
  const random = seededRandom(seed);
  const strata = strataOf(Float64Array.from(y), new Float64Array(y.length).fill(1));
  const counts = Array.from(lambdas, () => new Array<number>(X[0].length).fill(0));
  for (let pair = 0; pair < nPairs; pair++) {
    for (const half of complementaryHalves(strata, y.length, random)) {
      const rows = [...half.keys()].filter((i) => half[i] === 1);
      const { coefs } = lasso.path(
        rows.map((i) => X[i]),
        rows.map((i) => y[i]),
        { lambdas },
      );
      const entered: number[] = [];
      coefs.forEach((coef, k) => {
        const strength = (j: number): number => Math.abs(coef[j]) * spread(X.map((row) => row[j]));
        const more = [...coef.keys()].filter((j) => coef[j] !== 0 && !entered.includes(j));
        entered.push(...more.sort((a, b) => strength(b) - strength(a)));
        for (const j of entered.slice(0, q)) counts[k][j]++;
      });
    }
  }
  return counts;
}

function spread(column: readonly number[]): number {
  const mean = column.reduce((a, b) => a + b) / column.length;
  return Math.hypot(...column.map((x) => x - mean));
}

describe("stability selection", () => {
  it("is the share of half-samples whose paths, of copied rows, have selected a feature", () => {
    for (const q of [3, Infinity]) {
      const found = stabilitySelection(lasso, X, y, {
        q,
        nPairs: 4,
        seed: 11,
        nLambdas: 35,
        lambdaMinRatio: 0.02,
      });
      const counts = countedByHand(found.lambdas, 4, 11, q);
      assert.equal(found.lambdas.length, 35);
      found.probabilitiesAlong.forEach((row, k) => {
        assertAllClose(
          `lambda ${k}`,
          row,
          counts[k].map((count) => count / 8),
          1e-15,
        );
      });
      assert.deepEqual(found.probabilities, found.probabilitiesAlong[34]);
    }
  });

  it("selects no more than q features in any half, and without q says how many it selects on average", () => {
    const limited = stabilitySelection(lasso, X, y, { q: 4, nPairs: 3 });
    assertAtMost(
      "average",
      limited.probabilities.reduce((a, b) => a + b),
      4,
      1e-12,
    );
    const free = stabilitySelection(lasso, X, y, { q: Infinity, nPairs: 3, lambdas: [0.5, 0.1] });
    assertClose(
      "q",
      free.q,
      free.probabilities.reduce((a, b) => a + b),
      1e-15,
    );
  });

  it("finds the three features that matter and bounds the others by one unless told otherwise", () => {
    const found = stabilitySelection(lasso, X, y, { nPairs: 10 });
    assert.deepEqual([...found.selected()], [0, 1, 2]);
    assert.equal(found.q, 3); // floor(sqrt(0.8 * 12))
    assertClose("worst case", found.expectedFalseSelections(), 9 / (0.8 * 12), 1e-15);
    assertClose("lower threshold", found.expectedFalseSelections(0.75), 9 / (0.5 * 12), 1e-15);
    assertClose("unimodal", found.expectedFalseSelectionsIfUnimodal(), (0.6 / 1.1) * (9 / 12), 1e-15);
  });

  it("selects fewer features without effect than its bound, over responses that nothing explains", () => {
    let selected = 0;
    for (let repeat = 0; repeat < 5; repeat++) {
      const data = linearData(100 + repeat, 40, 20, 1);
      const random = seededRandom(repeat);
      const noise = data.y.map(() => random.normal());
      const options = { q: 4, threshold: 0.7, nPairs: 8, nLambdas: 40, lambdaMinRatio: 0.1 };
      const found = stabilitySelection(lasso, data.X, noise, options);
      assertClose("bound", found.expectedFalseSelections(), 2, 1e-12);
      selected += found.selected().length;
    }
    assertAtMost("average number of false selections", selected / 5, 2);
  });

  it("counts as candidates neither free, excluded nor constant features, and never selects them", () => {
    const withConstant = X.map((row) => [...row, 5]);
    const penaltyFactors = [0, ...new Array(12).fill(1)];
    const estimator = new SmoothLasso({ penaltyFactors, exclude: ["x3"] });
    const found = stabilitySelection(estimator, withConstant, y, { nPairs: 3, q: 2 });
    assert.deepEqual([...found.candidates], [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.deepEqual([...found.selected()], [1, 2]);
    assertClose("bound", found.expectedFalseSelections(), 4 / (0.8 * 10), 1e-15);
  });

  it("takes groups, which enter together", () => {
    const groups = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
    const penaltyFactors = [1, 1, 1, 1, 1, Infinity];
    const estimator = new SmoothGroupLasso({ groups, penaltyFactors });
    const found = stabilitySelection(estimator, X, y, { nPairs: 2, q: 4 });
    assert.deepEqual([...found.candidates], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual([...found.selected()], [0, 1, 2, 3]);
  });

  it("weighs rows, leaves rows of weight 0 out and passes the offset on", () => {
    const options = { nPairs: 3, q: 3, seed: 2, nLambdas: 30 };
    const offset = y.map((_, i) => i / 10);
    const shifted = y.map((value, i) => value + i / 10);
    const plain = stabilitySelection(lasso, X, y, options);
    assert.deepEqual(
      stabilitySelection(lasso, X, shifted, { ...options, offset }).probabilities,
      plain.probabilities,
    );
    const junk = [...X, X[0].map(() => 1e3)];
    const sampleWeight = [...y.map(() => 1), 0];
    const padded = stabilitySelection(lasso, junk, [...y, -1e4], { ...options, sampleWeight });
    assert.deepEqual(padded.probabilities, plain.probabilities);
  });

  it("reads columns by name and sparse matrices", () => {
    const options = { nPairs: 2, q: 3, nLambdas: 30 };
    const plain = stabilitySelection(lasso, X, y, options);
    const columns = Object.fromEntries(X[0].map((_, j) => [`c${j}`, X.map((row) => row[j])]));
    const named = stabilitySelection(lasso, columns, y, options);
    assert.equal(named.featureNames[2], "c2");
    assert.deepEqual(named.probabilities, plain.probabilities);
    const places = X.flatMap((row, i) => row.map((_, j) => [i, j]));
    const entries = {
      rows: places.map(([i]) => i),
      columns: places.map(([, j]) => j),
      values: places.map(([i, j]) => X[i][j]),
      nSamples: y.length,
      nFeatures: 12,
    };
    const sparse = stabilitySelection(lasso, sparseMatrix(entries), y, options);
    assert.deepEqual(sparse.probabilities, plain.probabilities);
  });

  it("halves rare classes and events so that every half can be fitted", () => {
    const labels = y.map((_, i) => (i % 17 === 3 ? 1 : 0));
    const times = y.map((_, i) => (i % 17 === 3 ? i + 1 : -i - 1));
    const options = { nPairs: 4, q: 2, nLambdas: 20, lambdaMinRatio: 0.3 };
    for (const [datafit, target] of [[logistic(), labels] as const, [cox(), times] as const]) {
      assert.equal(stabilitySelection(new SmoothLasso({ datafit }), X, target, options).nPairs, 4);
    }
  });

  it("takes labels of any kind, and times and events as a table", () => {
    const options = { nPairs: 2, q: 2, nLambdas: 20, lambdaMinRatio: 0.3 };
    const codes = y.map((value) => (value > 0 ? 1 : 0));
    const logit = new SmoothLasso({ datafit: logistic() });
    const coded = stabilitySelection(logit, X, codes, options);
    const labelled = stabilitySelection(
      logit,
      X,
      codes.map((code) => (code === 1 ? "yes" : "no")),
      options,
    );
    assert.deepEqual(labelled.probabilities, coded.probabilities);
    const hazard = new SmoothLasso({ datafit: cox() });
    const time = y.map((value) => Math.exp(value));
    const event = y.map((_, i) => i % 3 > 0);
    const signed = time.map((t, i) => (event[i] ? t : -t));
    const table = stabilitySelection(hazard, X, { time, event }, options);
    assert.deepEqual(table.probabilities, stabilitySelection(hazard, X, signed, options).probabilities);
  });

  it("tells how it goes and keeps the pairs it has when interrupted", () => {
    const signal = { aborted: false };
    const events: ProgressEvent[] = [];
    const found = stabilitySelection(lasso, X, y, {
      nPairs: 1000,
      q: 3,
      signal,
      onProgress(event) {
        events.push(event);
        signal.aborted = true;
      },
    });
    assert.deepEqual([found.status, found.nPairs], ["interrupted", 1]);
    assert.match(events[0].message, /^pair 1, 3 and 3 features$/);
    assert.deepEqual(events.at(-1), {
      task: "stabilitySelection",
      done: 1,
      total: 1000,
      interrupted: true,
      message: "interrupted after 1 pairs",
    });
    assert.deepEqual([...found.selected(1)], [0, 1, 2]);
  });

  it("shows its features by probability under a sentence with the bound", () => {
    const text = String(stabilitySelection(lasso, X, y, { nPairs: 10, q: 4 }));
    assert.equal(
      text.split("\n")[0],
      "SmoothLasso, stability selection: 3 of 12 features are selected in at least 90% of 20 half-samples, at most 1.67 of them falsely in expectation",
    );
    assert.match(text, /\nx0 +1 +yes +█{12}\n/);
  });

  it("refuses what makes no sense, in one sentence", () => {
    assert.throws(() => stabilitySelection(SmoothLasso as never, X, y), {
      name: "InputError",
      message:
        "stabilitySelection: estimator must be one such as new SmoothLasso(), got a function SmoothLasso; make one by new",
    });
    const refuses = (options: object, message: string): void => {
      assert.throws(() => stabilitySelection(lasso, X, y, options), { name: "InputError", message });
    };
    const where = "stabilitySelection: ";
    refuses({ threshold: 0.5 }, `${where}threshold must be a number above 0.5 and at most 1, got 0.5`);
    refuses({ q: 0 }, `${where}q must be an integer >= 1 or Infinity, got 0`);
    refuses({ nPairs: 1.5 }, `${where}nPairs must be an integer >= 1, got 1.5`);
    refuses({ onProgress: 3 }, `${where}onProgress must be a function, got 3`);
    refuses(
      { pairs: 3 },
      `${where}every option must be one of threshold, q, nPairs, seed, lambdas, nLambdas, lambdaMinRatio, sampleWeight, offset, onProgress, signal, got "pairs"; did you mean "nPairs"?`,
    );
    assert.throws(() => stabilitySelection(lasso, X, y.slice(1)), {
      name: "InputError",
      message: "stabilitySelection: X has 60 rows but y has 59",
    });
    const none = new SmoothLasso({ penaltyFactors: new Array(12).fill(0) });
    assert.throws(() => stabilitySelection(none, X, y), {
      name: "InputError",
      message: "stabilitySelection: the number of penalized features that vary must be positive, got 0",
    });
  });
});
