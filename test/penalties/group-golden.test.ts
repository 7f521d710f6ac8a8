import assert from "node:assert/strict";
import { compositeMcp, groupL2, groupMcp, groupScad, type Penalty, sparseGroup } from "../../src/penalties";
import { UnpenalizedColumns } from "../../src/problem/unpenalized-columns";
import { assertAtMost, assertClose } from "../support/assert-close";
import { type GroupFile, readGroupFile } from "../support/group-golden";

/** The columns, centred where there is an intercept. */
function columnsOf({ n, p, X, intercept }: GroupFile): Float64Array[] {
  return Array.from({ length: p }, (_, j) => {
    const column = Float64Array.from(X.slice(j * n, (j + 1) * n));
    const shift = intercept ? column.reduce((sum, x) => sum + x / n, 0) : 0;
    return column.map((x) => x - shift);
  });
}

/** Columns with `Q'Q = n I` that span the same, as grpreg makes of each group. */
const orthonormalized = (file: GroupFile, columns: readonly Float64Array[]): Float64Array[] => {
  const basis: Float64Array[] = [];
  for (const label of new Set(file.group)) {
    basis.push(
      ...new UnpenalizedColumns(
        file.n,
        columns.filter((_, j) => file.group[j] === label),
      ).basis,
    );
  }
  return basis;
};

/** Columns of mean square one, as ncvreg makes them. */
const scaled = (file: GroupFile, columns: readonly Float64Array[]): Float64Array[] =>
  columns.map((column) => {
    const size = Math.sqrt(column.reduce((sum, x) => sum + x ** 2, 0) / file.n);
    return column.map((x) => x / size);
  });

const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

type Working = (file: GroupFile, columns: readonly Float64Array[]) => readonly Float64Array[];

const asIs: Working = (_file, columns) => columns;
const rootSizes = (file: GroupFile): number[] =>
  [...new Set(file.group)].map((label) => Math.sqrt(file.group.filter((other) => other === label).length));

/** Which penalty on which columns has the solutions of the file. */
const cases: readonly (readonly [string, (file: GroupFile) => Penalty, Working])[] = [
  ["group-raw", ({ group }) => groupL2(group), asIs],
  ["sparse-group", ({ group }) => sparseGroup(group, { l1Ratio: 0.4 }), asIs],
  ["grlasso", (file) => groupL2(file.group, { weights: rootSizes(file) }), orthonormalized],
  ["grmcp", (file) => groupMcp(file.group, { gamma: 3, weights: rootSizes(file) }), orthonormalized],
  ["grscad", (file) => groupScad(file.group, { gamma: 4, weights: rootSizes(file) }), orthonormalized],
  ["cmcp", ({ group }) => compositeMcp(group, { gamma: 3 }), scaled],
];

describe("the stationarity condition of penalties on groups", () => {
  for (const [name, penaltyOf, working] of cases) {
    const file = readGroupFile(name);
    const R = penaltyOf(file);
    const columns = columnsOf(file);
    const design = working(file, columns);

    /** Coefficients of the working columns and the gradient of the loss there. */
    const at = (coefficients: readonly number[], intercept: number) => {
      const fitted = (members: readonly number[]): Float64Array => {
        const eta = new Float64Array(file.n);
        for (const j of members) for (let i = 0; i < file.n; i++) eta[i] += coefficients[j] * columns[j][i];
        return eta;
      };
      const everything = Array.from(coefficients, (_, j) => j);
      // The working columns of a group span what its own do, and are orthogonal to each other or its own up to scale.
      const beta = Float64Array.from(design, (column, j) => {
        const own =
          working === orthonormalized ? everything.filter((m) => file.group[m] === file.group[j]) : [j];
        return product(column, fitted(own)) / product(column, column);
      });
      const eta = fitted(everything);
      const mean = file.intercept ? file.y.reduce((sum, value) => sum + value / file.n, 0) : intercept;
      const gradient = Float64Array.from(design, (column) =>
        column.reduce((sum, x, i) => sum + (x * (eta[i] + mean - file.y[i])) / file.n, 0),
      );
      return { beta, gradient };
    };

    it(`holds at the solutions of ${name}`, () => {
      file.lambdas.forEach((lambda, k) => {
        const { beta, gradient } = at(file.coefficients[k], file.intercepts[k]);
        assertAtMost(`lambda ${lambda}`, R.violation(beta, gradient, lambda), 1e-6 * lambda);
      });
    });

    it(`fails at the solutions of ${name} for another lambda`, () => {
      const k = 3;
      const { beta, gradient } = at(file.coefficients[k], file.intercepts[k]);
      assertAtMost("violation", 1e-3 * file.lambdas[k], R.violation(beta, gradient, 1.1 * file.lambdas[k]));
    });

    it(`sees the null model of ${name} left where the reference leaves it`, () => {
      const { gradient } = at(new Array(file.p).fill(0), 0);
      const largest = R.lambdaMax(gradient, new Float64Array(file.p).fill(1));
      const empty = file.coefficients.map((coefficients) => coefficients.every((b) => b === 0));
      assert.deepEqual(
        empty,
        file.lambdas.map((lambda) => lambda >= largest * (1 - 1e-6)),
      );
      // The grid of the sparse group is that of the group lasso.
      if (name !== "sparse-group") assertClose("lambdaMax", largest, file.lambdas[0], 1e-6);
    });
  }
});
