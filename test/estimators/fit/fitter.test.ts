/** What a model that is made ready hands from one lambda of a path to the next. */
import assert from "node:assert/strict";
import { SmoothLasso, type SparsePath } from "../../../src";
import { coordinateDescent, type Solver } from "../../../src/solvers";

describe("a lambda of a path", () => {
  const X = [
    [1, 0.3],
    [-0.4, 2],
    [0.9, -1.1],
    [-2, 0.7],
    [0.2, 1.6],
  ];
  const y = [1.1, 0.2, 0.7, -1.4, 0.9];

  it("begins at the very coefficients that the one before ended in, as its solver left them", () => {
    const inner = coordinateDescent();
    const starts: Float64Array[] = [];
    const ends: Float64Array[] = [];
    const solver: Solver = {
      name: "watched",
      solve(task) {
        starts.push(task.beta);
        const solution = inner.solve(task);
        ends.push(solution.beta);
        return solution;
      },
    };
    new SmoothLasso({ solver }).path(X, y, { lambdas: [0.3, 0.1, 0.03] });
    assert.equal(starts.length, 3);
    for (let k = 1; k < 3; k++) {
      assert.ok(ends[k - 1].some((b) => b !== 0));
      assert.equal(starts[k], ends[k - 1]);
    }
  });

  it("of a path that is asked for afterwards does not depend on what was asked for before, to the last bit", () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 30 }, (__, j) => Math.sin(1 + 7.3 * i * i + 2.1 * j * j + i * j)),
    );
    const response = rows.map((row, i) => 3 * row[0] - row[1] + Math.cos(5 * i));
    const path = (): SparsePath => new SmoothLasso().path(rows, response, { nLambdas: 10 });
    const [once, twice] = [path(), path()];
    const { lambdas } = once;
    const lambda = 0.9 * lambdas[lambdas.length - 1];
    twice.at(Math.sqrt(lambdas[1] * lambdas[2]));
    assert.deepEqual(twice.at(lambda).coef, once.at(lambda).coef);
  });
});
