import assert from "node:assert/strict";
import { kernelBackend } from "../../../src";
import { SmoothLasso, type SparseLinearFit } from "../../../src/estimators";
import { memoryOfKernels } from "../../support/memory-of-kernels";
import { linearData } from "../../support/problems";

describe("the memory of a model", () => {
  const { X, y } = linearData(1, 200, 2000);
  for (const row of X) row[7] = 3; // a column that drops out
  const bytes = 8 * 200 * 2000;

  it("of a fit, or a path with all that is asked of it later, is at most one and a half times the table", function () {
    if (kernelBackend() === "typescript") {
      process.stdout.write("skipped: without WebAssembly there is no memory to count\n");
      return this.skip();
    }
    for (const options of [
      {},
      { fitIntercept: false },
      { standardize: false },
      {
        penaltyFactors: y
          .concat(new Array(1800).fill(1))
          .map((_, j) => (j === 3 ? 0 : j === 9 ? Infinity : 1)),
      },
    ]) {
      const used = memoryOfKernels(() => {
        const path = new SmoothLasso(options).path(X, y, { nLambdas: 10, lambdaMinRatio: 0.1 });
        path.at(path.lambdas[3] * 0.99).refit();
      });
      assert.ok(used >= bytes && used <= 1.5 * bytes, `${used} for ${bytes}`);
    }
    const used = memoryOfKernels(() => {
      new SmoothLasso().crossValidate(X, y, { nLambdas: 4, folds: 2, seed: 1 });
    });
    assert.ok(used <= 5.5 * bytes, `${used} for ${bytes}`); // all rows twice, and each half of them, fitted and held out
  });

  it("larger than any that the kernels can have is plain arrays, with the same bits", function () {
    if (kernelBackend() === "typescript") {
      process.stdout.write("skipped: without WebAssembly all columns are plain arrays\n");
      return this.skip();
    }
    const numbers = (): unknown => {
      const path = new SmoothLasso().path(X, y, { nLambdas: 5 });
      return [path.coefs, path.at(path.lambdas[3] * 0.99).refit().coef];
    };
    let plain: unknown;
    const used = memoryOfKernels(() => {
      plain = numbers();
    }, bytes / 2);
    assert.ok(used < bytes);
    assert.deepEqual(plain, numbers());
  });

  it("of a fit in a thread is shared with it, and not held here once more", async () => {
    let running: Promise<SparseLinearFit> | undefined;
    const used = memoryOfKernels(() => {
      running = new SmoothLasso({ lambda: 0.3 }).fitAsync(X, y);
    });
    assert.equal(used, 0);
    assert.equal((await running)?.status, "converged");
  });
});
