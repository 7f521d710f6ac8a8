import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import type { DenseMatrix, DesignInput } from "../../../src/design/design-input";
import { columnOf } from "../../../src/design/design-matrix";
import { type DenseShape, denseMatrix } from "../../../src/design/sources/dense-matrix";
import type { StandardizedTable } from "../../../src/design/standardized-table";
import { InputError } from "../../../src/errors";
import { SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { fromFrame } from "../../../src/frame/from-frame";
import { stabilitySelection } from "../../../src/selection";
import { kernelBackend } from "../../../src/simd/kernel-module";
import { assertAllClose } from "../../support/assert-close";
import { memoryOfKernels } from "../../support/memory-of-kernels";
import { linearData } from "../../support/problems";

const { X: rows, y } = linearData(3, 40, 6);

function matrixOf(table: readonly (readonly number[])[], shape: Partial<DenseShape> = {}): DenseMatrix {
  const [nSamples, nFeatures] = [table.length, table[0].length];
  return denseMatrix({ nSamples, nFeatures, ...shape }, (values) => {
    table.forEach((row, i) => {
      row.forEach((x, j) => {
        values[i + j * nSamples] = x;
      });
    });
  });
}

const X = matrixOf(rows);

describe("a dense matrix", () => {
  it("is fitted as its rows are, to the last bit, here and in a thread", async () => {
    const model = new SmoothLasso({ lambda: 0.05 });
    const fit = model.fit(X, y);
    assert.deepStrictEqual(fit, model.fit(rows, y));
    assert.deepStrictEqual(model.fit(X, y), fit);
    assert.deepStrictEqual(await model.fitAsync(X, y), fit);
  });

  it("is fitted as its rows are with columns centred, scaled and weighed in any way", async () => {
    const labels = y.map((value, i) => (value > 0 !== (i % 4 === 0) ? 1 : 0));
    const weights = { sampleWeight: y.map((_, i) => i % 3) };
    for (const [model, run, target] of [
      [new SmoothLasso({ lambda: 0.05, tol: 1e-12, standardize: false }), {}, y],
      [new SmoothLasso({ lambda: 0.05, tol: 1e-12, fitIntercept: false }), {}, y],
      [new SmoothLasso({ lambda: 0.05, tol: 1e-12 }), weights, y],
      [new SmoothLasso({ lambda: 0.05, tol: 1e-12, penaltyFactors: [1, 0, Infinity, 2, 1, 1] }), {}, y],
      [new SmoothLasso({ lambda: 0.01, tol: 1e-12, adaptive: true, datafit: logistic() }), {}, labels],
      [
        new SmoothGroupLasso({ lambda: 0.1, tol: 1e-12, groups: [0, 0, 1, 1, 2, 2], standardize: "groups" }),
        {},
        y,
      ],
    ] as const) {
      const [fit, expected] = [model.fit(X, target, run), model.fit(rows, target, run)];
      assertAllClose("coefficients", fit.coef, expected.coef, 1e-9);
      assertAllClose("refitted", fit.refit().coef, expected.refit().coef, 1e-9);
      const inThread = await model.fitAsync(X, target, run);
      assert.deepStrictEqual(inThread, fit);
      assert.deepStrictEqual(inThread.refit(), fit.refit());
    }
  });

  it("copies a table as if it had been filled by hand, of frames, rows, columns and sparse matrices", () => {
    const names = rows[0].map((_, j) => `c${j}`);
    const frame = Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j])]));
    const data = fromFrame({ ...frame, y }, { response: "y" });
    const sparse = fromFrame({ ...frame, y }, { response: "y", sparse: true });
    const named = matrixOf(rows, { featureNames: names });
    for (const table of [data.X, sparse.X, frame]) assert.deepStrictEqual(denseMatrix(table), named);
    assert.deepStrictEqual(denseMatrix(rows), X);
    const plain = { fitIntercept: false, shared: true };
    assert.deepStrictEqual(denseMatrix(rows, plain), matrixOf(rows, plain));
    const counts = { nSamples: [1, 2, 3], data: [4, 5, 7] };
    assert.deepEqual(denseMatrix(counts).featureNames, ["nSamples", "data"]);
  });

  it("is cross-validated, predicted for and selected from as its rows are", () => {
    const model = new SmoothLasso({ tol: 1e-10 });
    const options = { nLambdas: 8, folds: 4, seed: 1 };
    const [cv, expected] = [X, rows].map((table) => model.crossValidate(table as DesignInput, y, options));
    assertAllClose("scores", cv.meanScore, expected.meanScore, 1e-9);
    const fits = cv.path.at(0.07);
    assertAllClose("predictions", fits.predict(X), fits.predict(rows), 1e-13);
    const [selected, others] = [X, rows].map((table) =>
      stabilitySelection(new SmoothLasso(), table as DesignInput, y, { seed: 1, nPairs: 3 }),
    );
    assert.deepEqual(selected.probabilities, others.probabilities);
  });

  it("goes by its names where it has some, else by position", () => {
    const [a, b] = [{ a: [1, 2, 4], b: [0, 1, 0] }, [3, 1, 2]];
    const named = (featureNames: string[], table: number[][]): DenseMatrix =>
      matrixOf(table, { featureNames });
    const fit = new SmoothLasso({ lambda: 0.01 }).fit(a, b);
    const straight = [
      [1, 0],
      [2, 1],
      [4, 0],
    ];
    const expected = fit.predict(a);
    assertAllClose("same order", fit.predict(named(["a", "b"], straight)), expected, 1e-14);
    const turned = straight.map(([first, second]) => [second, first]);
    assertAllClose("another order", fit.predict(named(["b", "a"], turned)), expected, 1e-14);
    assertAllClose("no names", fit.predict(matrixOf(straight)), expected, 1e-14);
    assert.throws(() => fit.predict(named(["a", "c"], straight)), InputError);
    assert.throws(() => fit.predict(matrixOf([[1], [2]])), InputError);
  });

  it("is filled where the kernels compute, and never copied by a path along the default columns", function () {
    if (kernelBackend() === "typescript") {
      process.stdout.write("skipped: without WebAssembly there is no memory to count\n");
      return this.skip();
    }
    const wide = linearData(5, 50, 2000);
    let made: DenseMatrix | undefined;
    const bytes = 8 * 50 * 2000;
    for (const fitIntercept of [true, false]) {
      const filled = memoryOfKernels(() => {
        made = matrixOf(wide.X, { fitIntercept });
      });
      const used = memoryOfKernels(() => {
        const path = new SmoothLasso({ fitIntercept }).path(made!, wide.y, { nLambdas: 10 });
        path.at(path.lambdas[3] * 0.99).refit();
      });
      assert.ok(filled >= bytes && filled <= 1.5 * bytes, `${filled} for ${bytes}`);
      assert.ok(used <= 0.5 * bytes, `${used} for ${bytes}`);
    }
  });

  it("without an intercept is fitted as its rows are, to the last bit, and with one to rounding", async () => {
    const plain = matrixOf(rows, { fitIntercept: false });
    const model = new SmoothLasso({ lambda: 0.05, fitIntercept: false, standardize: false });
    assert.deepStrictEqual(model.fit(plain, y), model.fit(rows, y));
    assert.deepStrictEqual(await model.fitAsync(plain, y), model.fit(rows, y));
    const centred = new SmoothLasso({ lambda: 0.05, tol: 1e-12 });
    const [fit, expected] = [centred.fit(plain, y), centred.fit(rows, y)];
    assertAllClose("coefficients", fit.coef, expected.coef, 1e-9);
    assertAllClose("refitted", fit.refit().coef, expected.refit().coef, 1e-9);
  });

  it("keeps entries to roundings of what they differ from the mean by, and exactly without an intercept", () => {
    const column = Array.from({ length: 20 }, (_, i) => 1e8 + 0.37 * i * i);
    const table = column.map((value) => [value]);
    const tableOf = (fitIntercept: boolean): StandardizedTable =>
      matrixOf(table, { fitIntercept }) as StandardizedTable;
    const { standardized, origins } = tableOf(true);
    const [center, scale] = [origins.centers[0], origins.scales[0]];
    for (const [i, z] of standardized.column(0).entries()) {
      const difference = column[i] - center; // exact: less than a factor of two apart
      assert.ok(Math.abs(scale * z - difference) <= 4 * Number.EPSILON * Math.abs(difference));
    }
    for (const [i, value] of columnOf(tableOf(true), 0).entries()) {
      assert.ok(Math.abs(value - column[i]) <= 2 * Number.EPSILON * column[i]);
    }
    assert.deepEqual([...columnOf(tableOf(false), 0)], column);
  });

  it("refuses what is no matrix in a sentence", () => {
    const shape = { nSamples: 2, nFeatures: 1 };
    const nothing = (): void => {};
    for (const [run, message] of [
      [() => denseMatrix({ ...shape, nSamples: 0 }, nothing), "nSamples must be a whole number >= 1, got 0"],
      [
        () => denseMatrix({ ...shape, nFeatures: 1.5 }, nothing),
        "nFeatures must be a whole number >= 1, got 1.5",
      ],
      [
        () => denseMatrix({ ...shape, featureNames: ["a", "b"] }, nothing),
        "featureNames must be nFeatures = 1 names, got an array of 2",
      ],
      [
        () => denseMatrix([[1], [2]] as never, nothing),
        "options must be an object, got an array of 2; write { nSamples: 4, nFeatures: 2 } and a function that fills them; rows go to a model as they are",
      ],
      [() => denseMatrix(shape, 3 as never), "fill must be a function, got 3"],
      [() => denseMatrix(shape as never), "fill must be a function, got undefined"],
      [
        () => denseMatrix([[1], [Number.NaN]]),
        'column "x0", row 1 must be a finite number, got NaN; drop or impute missing values first',
      ],
      [
        () => denseMatrix([[1], [2]], { shred: true } as never),
        'every option must be one of fitIntercept, shared, got "shred"; did you mean "shared"?',
      ],
      [() => denseMatrix({ a: [] }), "X must have at least one row and one column, got 0 rows and 1 column"],
      [
        () => denseMatrix(shape, (async () => {}) as () => void),
        "fill must be done when it returns, got a Promise; wait for the values first",
      ],
      [
        () => denseMatrix(shape, (values) => values.fill(Number.NaN, 1)),
        'column "x0", row 1 must be a finite number, got NaN; drop or impute missing values first',
      ],
      [
        () => denseMatrix(shape, (values) => values.fill(1e200)),
        'column "x0" must be of a size below 1e140, got 1e+200; rescale it',
      ],
      [
        () => denseMatrix({ ...shape, rows: 3 } as never, nothing),
        'every option must be one of nSamples, nFeatures, featureNames, fitIntercept, shared, got "rows"',
      ],
      [
        () => denseMatrix({ ...shape, fitIntercept: 1 } as never, nothing),
        "fitIntercept must be true or false, got 1",
      ],
      [() => denseMatrix({ ...shape, shared: 1 } as never, nothing), "shared must be true or false, got 1"],
    ] as [() => void, string][]) {
      assert.throws(run, new InputError(`denseMatrix: ${message}`));
    }
    assert.throws(
      () => denseMatrix({ nSamples: 2 ** 50, nFeatures: 1 }, nothing),
      new InputError(`smooth-edges: an array must fit into memory, got one of ${2 ** 50} numbers`),
    );
  });
});
