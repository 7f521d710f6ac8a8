/** Pruning of starts with more coefficients than rows, and the curvature of groups that it steps by, against eigenvalues. */
import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import { columnOf } from "../../../src/design/design-matrix";
import { SmoothBridge } from "../../../src/estimators";
import { symmetricEigen } from "../../../src/linalg/symmetric-eigen";
import { l1, lq } from "../../../src/penalties";
import { groupCurvature, pruneWarmStart } from "../../../src/solvers/coordinate/prune-warm-start";
import { candidateAt } from "../../../src/solvers/solver";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** Two classes and columns that all say much the same. */
function alike(): { X: number[][]; y: number[] } {
  const { X } = linearData(5, 57, 200);
  return {
    X: X.map((row) => row.map((entry) => entry + 2 * row[0])),
    y: X.map((row) => (row[0] + 0.7 * row[1] > 0 ? 1 : 0)),
  };
}

describe("a start of more coefficients than rows", () => {
  it("comes down where all samples are so far out that their loss is flat", () => {
    const problem = {
      ...problemOf(alike(), lq({ q: 0.5 }), [new Float64Array(57).fill(1)]),
      datafit: logistic(),
    };
    const task = taskOf(problem, 0.1, 1e-9);
    const beta = new Float64Array(200).fill(1); // predictors of some 400, so curvatures of some e^-400
    const start = candidateAt(task, beta, task.psi, 0);
    const pruned = pruneWarmStart(task, start);
    const { objective } = candidateAt(task, pruned, task.psi, 0).certificate;
    assertAtMost("objective", objective, start.certificate.objective);
  });

  it("is no longer way than others for a bridge of two classes", () => {
    const { X, y } = alike();
    const model = new SmoothBridge({ q: 2 / 3, datafit: logistic() });
    const { fits } = model.path(X, y, { nLambdas: 3, lambdaMinRatio: 0.3 });
    for (const { starts, lambda } of fits) {
      for (const { start, nIter, status } of starts) {
        assert.equal(status, "converged", `${start} at ${lambda}`);
        assertAtMost(`rounds from ${start} at ${lambda}`, nIter, 500);
      }
    }
  });
});

/** Curvatures of groups of columns, against the eigenvalues of their Gram matrix. */

describe("the curvature of a group", () => {
  it("is the largest eigenvalue or a little more, whether or not the design has a Gram matrix of its own", () => {
    const { design } = problemOf(linearData(3, 20, 6), l1(), []);
    const bare = {
      nSamples: design.nSamples,
      addColumn: (...all: Parameters<typeof design.addColumn>) => design.addColumn(...all),
      columnDot: (...all: Parameters<typeof design.columnDot>) => design.columnDot(...all),
    } as typeof design;
    const columns = Int32Array.of(4, 1, 2);
    for (const weights of [undefined, Float64Array.from({ length: 20 }, (_, i) => 1 + (i % 3))]) {
      const vectors = Array.from(columns, (j) => columnOf(design, j));
      const gram = Float64Array.from({ length: 9 }, (_, at) => {
        const [a, b] = [vectors[Math.floor(at / 3)], vectors[at % 3]];
        return a.reduce((sum, entry, i) => sum + entry * b[i] * (weights?.[i] ?? 1), 0);
      });
      const largest = symmetricEigen(gram, 3).values[2];
      for (const each of [design, bare]) {
        const bound = groupCurvature(each, columns, weights);
        assertAtMost("below", largest * (1 - 1e-12) - bound, 0);
        assertAtMost("above", bound, 1.1 * largest);
      }
    }
  });
});
