import assert from "node:assert/strict";
import { logistic, type ProgressEvent, type SeededRandom, SmoothLasso, seededRandom } from "../../src";
import { knockoffFilter } from "../../src/selection";
import { assertAtMost } from "../support/assert-close";

/** Rows of an autoregressive process: unit variances, neighbours correlated by `rho`. */
function autoregressiveRows(random: SeededRandom, n: number, p: number, rho: number): number[][] {
  return Array.from({ length: n }, () => {
    const row = [random.normal()];
    for (let j = 1; j < p; j++) row.push(rho * row[j - 1] + Math.sqrt(1 - rho * rho) * random.normal());
    return row;
  });
}

/** Every third of the first 24 features has an effect. */
function sparseData(seed: number): { X: number[][]; y: number[] } {
  const random = seededRandom(seed);
  const X = autoregressiveRows(random, 120, 30, 0.3);
  const y = X.map((row) => row.reduce((sum, x, j) => sum + (isTrue(j) ? 0.6 * x : 0), random.normal()));
  return { X, y };
}
const isTrue = (j: number): boolean => j % 3 === 0 && j < 24;

const covariance = Array.from({ length: 30 }, (_, i) =>
  Array.from({ length: 30 }, (_, j) => 0.3 ** Math.abs(i - j)),
);
const mean = new Array<number>(30).fill(0);
const estimator = new SmoothLasso({ lambda: 0.15 });
const lasso = new SmoothLasso();

describe("the knockoff filter", () => {
  it("keeps the share of false selections at what is asked for on average, and finds most of the true ones", () => {
    const repeats = 25;
    const ways = [
      { covariance, mean, statistic: "coefficientDifference" },
      { statistic: "coefficientDifference" },
    ] as const;
    for (const options of ways) {
      let falseShare = 0;
      let found = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const { X, y } = sparseData(repeat + 1);
        const { selected } = knockoffFilter(estimator, X, y, { fdr: 0.2, seed: repeat, ...options });
        const right = selected.filter(isTrue).length;
        falseShare += (selected.length - right) / Math.max(1, selected.length) / repeats;
        found += right / 8 / repeats;
      }
      // The share varies by about 0.15 from repeat to repeat: two standard errors are 0.06.
      assertAtMost("false discovery rate", falseShare, 0.2, 0.06);
      assert.ok(found > 0.7, `power ${found}`);
    }
  });

  it("selects by the order of entry too, in any unit of the columns", () => {
    const { X, y } = sparseData(40);
    const found = knockoffFilter(lasso, X, y, { fdr: 0.2, nLambdas: 60 });
    assert.ok([...found.selected].filter(isTrue).length >= 6, `${found.selected}`);
    assert.ok(found.selected.every((j) => found.statistics[j] >= found.threshold));
    const rescaled = X.map((row) => row.map((x, j) => 10 ** ((j % 5) - 2) * x + j));
    assert.deepEqual(knockoffFilter(lasso, rescaled, y, { fdr: 0.2, nLambdas: 60 }).selected, found.selected);
    assert.deepEqual([found.shrinkage, found.status, found.plus, found.fdr], [0, "complete", true, 0.2]);
  });

  it("selects nothing where nothing is to be found, nor by knockoff+ with less than 1 / fdr features in favour", () => {
    const random = seededRandom(8);
    const X = autoregressiveRows(random, 60, 10, 0.3);
    const noise = X.map(() => random.normal());
    const nothing = knockoffFilter(lasso, X, noise, { fdr: 0.1, nLambdas: 60 });
    assert.deepEqual([nothing.threshold, nothing.selected.length], [Infinity, 0]);
    const strong = X.map((row) => row[0] - row[5]);
    assert.equal(knockoffFilter(lasso, X, strong, { fdr: 0.1, nLambdas: 60 }).selected.length, 0);
    const lenient = knockoffFilter(lasso, X, strong, { fdr: 0.1, plus: false, nLambdas: 60 });
    assert.deepEqual([...lenient.selected], [0, 5]);
  });

  it("takes any loss, an offset, and more columns than rows", () => {
    const { X, y } = sparseData(3);
    const labels = y.map((value) => (value > 0 ? 1 : 0));
    const classifier = new SmoothLasso({ datafit: logistic(), lambda: 0.03 });
    const options = { statistic: "coefficientDifference", fdr: 0.3 } as const;
    assert.ok([...knockoffFilter(classifier, X, labels, options).selected].filter(isTrue).length >= 4);
    const offset = y.map((_, i) => i);
    const shifted = y.map((value, i) => value + i);
    const plain = knockoffFilter(estimator, X, y, options);
    assert.deepEqual(knockoffFilter(estimator, X, shifted, { ...options, offset }).selected, plain.selected);
    const wide = knockoffFilter(estimator, X.slice(0, 25), y.slice(0, 25), options);
    assert.ok(wide.shrinkage > 0 && wide.statistics.length === 30);
    const note =
      /^Note: the correlation behind the knockoffs is estimated and shrunk, by (0\.\d+) towards none,/m;
    assertAtMost("shown", Math.abs(Number(note.exec(String(wide))?.[1]) - wide.shrinkage), 0, 5e-4);
  });

  it("tells how it goes and judges by the part of the path that was fitted when interrupted", () => {
    const { X, y } = sparseData(1);
    const signal = { aborted: false };
    const events: ProgressEvent[] = [];
    const found = knockoffFilter(lasso, X, y, {
      signal,
      onProgress(event) {
        events.push(event);
        signal.aborted = true;
      },
    });
    assert.equal(found.status, "interrupted");
    assert.equal(events.at(-1)?.interrupted, true);
    assert.ok(Number(events.at(-1)?.done) < 200);
    assert.equal(found.statistics.filter((w) => w !== 0).length, 0);
    assert.match(String(found), / are selected at a false discovery rate of 0.1 \(interrupted\)\n/);
  });

  it("is complete where the path ended by itself, whatever is aborted after that", () => {
    const { X } = sparseData(1);
    const signal = { aborted: false };
    const onProgress = ({ done }: ProgressEvent): void => {
      if (done === 200) signal.aborted = true;
    };
    const exact = X.map((row) => row[0] - row[1]); // explained long before the last lambda
    const found = knockoffFilter(lasso, X, exact, { signal, onProgress });
    assert.deepEqual([found.status, signal.aborted], ["complete", true]);
    assert.deepEqual(found.statistics, knockoffFilter(lasso, X, exact).statistics);
  });

  it("shows statistics by magnitude", () => {
    const { X, y } = sparseData(2);
    const found = knockoffFilter(estimator, X, y, { fdr: 0.2, statistic: "coefficientDifference" });
    const [title, head, , first] = String(found).split("\n"); // no note, since nothing was shrunk
    assert.equal(
      title,
      `SmoothLasso, knockoff+ filter: ${found.selected.length} of 30 features are selected at a false discovery rate of 0.2`,
    );
    assert.match(head, /^feature +statistic +selected$/);
    assert.match(first, /^x\d+ +0\.\d+ +yes +█+.?$/);
  });

  it("refuses what makes no sense, in one sentence", () => {
    const { X, y } = sparseData(1);
    const refuses = (options: object, message: string): void => {
      assert.throws(() => knockoffFilter(lasso, X, y, options), { name: "InputError", message });
    };
    const where = "knockoffFilter: ";
    refuses({ fdr: 0 }, `${where}fdr must be a number strictly between 0 and 1, got 0`);
    refuses({ plus: 1 }, `${where}plus must be true or false, got 1`);
    refuses(
      { statistic: "ratio" },
      `${where}statistic must be "signedMax" or "coefficientDifference", got "ratio"`,
    );
    refuses(
      { sampleWeight: y },
      `${where}every option must be one of fdr, plus, statistic, seed, covariance, mean, lambdas, nLambdas, lambdaMinRatio, offset, onProgress, signal, got "sampleWeight"`,
    );
    refuses(
      { statistic: "coefficientDifference" },
      "SmoothLasso.fit: lambda must be given, got undefined; use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one",
    );
    assert.throws(() => knockoffFilter({} as never, X, y), {
      name: "InputError",
      message: `${where}estimator must be one such as new SmoothLasso(), got an object`,
    });
    assert.throws(() => knockoffFilter(lasso, X, Array.from(y, String)), {
      message: `knockoffFilter: y, row 0 must be a finite number, got "${y[0]}"; encode text as numbers first, or use datafit: logistic() for classes`,
    });
    assert.throws(() => knockoffFilter(lasso, X, y.slice(1)), {
      name: "InputError",
      message: "knockoffFilter: X has 120 rows but y has 119",
    });
  });
});
