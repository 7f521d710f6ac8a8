import assert from "node:assert/strict";
import { diagnose, fitFromJSON, SmoothLasso } from "../../src/estimators";
import {
  distinctNotes,
  failureReasonsIn,
  isProvenance,
  type Note,
  noteFromFile,
  sentenceOf,
} from "../../src/estimators/notes";
import { notesOf } from "../../src/estimators/results/fitted-model";
import { linearData } from "../support/problems";

/** Every code, and the sentence that version 0.1 wrote into files for it. */
const written: readonly (readonly [note: Note, sentence: string])[] = [
  [
    { code: "unbounded" },
    "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size",
  ],
  [
    { code: "unbounded-where-flat" },
    "no finite coefficients are best, since the loss falls without end where the penalty is flat, as where large coefficients separate the classes; take a larger lambda, an elastic net or a bridge, and read nothing into their size",
  ],
  [
    { code: "below-rounding" },
    "what tol asks at this lambda is below the rounding of the data, so more iterations do not help; raise tol, or where lambda is tiny take 0 or a larger one",
  ],
  [
    { code: "adaptive", lambda: 0.5, status: "max-iter", nZeros: 2, nCoefficients: 5 },
    "the penalty is adapted to the fit without adaptive weights at lambda 0.5, the lowest BIC of its path, which ended as max-iter; 2 of 5 coefficients are 0 there and here",
  ],
  [
    { code: "bounded", unpenalized: ["a", "b", "c"] },
    'bounds are of penalized coefficients, so "a" and 2 more without penalty can lie outside',
  ],
  [
    { code: "refitted", nFeatures: 1, lambda: 0.25 },
    "refitted without a penalty, on the 1 feature of the fit at lambda 0.25",
  ],
  [
    { code: "relaxed", gamma: 0.5 },
    "relaxed: 0.5 times the fit with its penalty, the rest its refit without one",
  ],
  [
    { code: "constant-column", column: "a", value: 7 },
    'column "a" is constant (7), so its coefficient is set to 0',
  ],
  [
    { code: "nearly-constant-column", column: "a", mean: 1e9 },
    'column "a" varies too little beside its size (1000000000), so its coefficient is set to 0; to keep it, subtract an offset first, such as its mean',
  ],
  [{ code: "single-row" }, "columns of a single row are constant, so their coefficients are set to 0"],
  [
    { code: "dependent-unpenalized-column", column: "a" },
    'unpenalized column "a" depends on the others, so its coefficient is set to 0',
  ],
  [
    { code: "rank-deficient-group", group: "g", nColumns: 3, rank: 2 },
    'the 3 columns of group "g" have rank 2, so of the coefficients with the same predictions the smallest are given',
  ],
  [
    { code: "many-classes", nClasses: 9, nSamples: 12 },
    "y has 9 classes in 12 rows; for a response of numbers take squaredError() or another datafit of numbers",
  ],
  [
    { code: "nothing-to-explain" },
    "the response leaves nothing to explain beyond the unpenalized part, so every penalized coefficient is 0",
  ],
  [
    { code: "more-coefficients-than-rows" },
    "lambda is 0 and there are more coefficients than rows, so they are not unique; the fitted values are",
  ],
  [
    { code: "dependent-columns", columns: ['"a"', '"b"', '"c"', '"d"', '"e"', '"f"'] },
    'lambda is 0 and columns "a", "b", "c", "d", "e" and 1 more depend on the others, so coefficients are not unique; the fitted values are',
  ],
  [
    { code: "dependent-columns-in-refit", columns: ['"a"'] },
    'column "a" depends on the others, so its coefficient is set to 0',
  ],
  [
    { code: "class-differences-only" },
    "lambda is 0, so only differences between the coefficients of the classes are determined",
  ],
];

describe("notes on a fit", () => {
  it("say in words what they said in files of version 0.1", () => {
    for (const [note, sentence] of written) assert.equal(sentenceOf(note), sentence);
  });

  it("mean the same when they are read from a file", () => {
    for (const [note, sentence] of written) {
      const read = noteFromFile(sentence);
      assert.equal(sentenceOf(read), sentence);
      assert.equal(isProvenance(read), isProvenance(note), sentence);
      assert.deepEqual(failureReasonsIn([read]), failureReasonsIn([note]));
    }
    const failures = written.filter(([note]) => failureReasonsIn([note]).length > 0);
    assert.deepEqual(
      failures.map(([note]) => note.code),
      ["unbounded", "unbounded-where-flat", "below-rounding"],
    );
  });

  it("are kept once each, in order", () => {
    const [a, b] = written.map(([note]) => note);
    assert.deepEqual(distinctNotes([a, b, { ...a }]), [a, b]);
  });

  it("on how a fit was made are told from those about the data, also in a diagnosis of its file", () => {
    const { X, y } = linearData(1, 40, 4);
    const wide = X.map((row) => [...row, 7]);
    const lasso = new SmoothLasso({ lambda: 0.1, bounds: [-1, 1], penaltyFactors: [0, 1, 1, 1, 1] });
    const path = new SmoothLasso({ adaptive: true }).path(wide, y, { lambdas: [0.1] });
    const fits = [lasso.fit(wide, y), path.fits[0], path.fits[0].refit(), path.relaxed(0.5).fits[0]];
    const codes = new Set(fits.flatMap((fit) => notesOf(fit).filter(isProvenance)).map(({ code }) => code));
    assert.deepEqual([...codes].sort(), ["adaptive", "bounded", "refitted", "relaxed"]);
    const constant = 'column "x4" is constant (7), so its coefficient is set to 0';
    for (const fit of fits) {
      assert.deepEqual(
        notesOf(fit)
          .filter((note) => !isProvenance(note))
          .map(sentenceOf),
        [constant],
      );
      const again = fitFromJSON(JSON.stringify(fit));
      assert.deepEqual(again.notes, fit.notes);
      const [found, read] = [fit, again].map((each) => diagnose(each).of("data"));
      assert.ok(found?.advice.startsWith(constant));
      assert.deepEqual(read, found);
    }
  });
});
