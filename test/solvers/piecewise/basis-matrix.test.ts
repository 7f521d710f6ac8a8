import assert from "node:assert/strict";
import { luFactor, luSolve } from "../../../src/linalg/lu";
import { seededRandom } from "../../../src/random/random";
import { BasisMatrix, type Exchange } from "../../../src/solvers/piecewise/basis-matrix";
import { assertAllClose } from "../../support/assert-close";
import { quantileProblem } from "../../support/piecewise-linear-problems";
import { normals } from "../../support/problems";

/** The rows of the columns that the matrix has, row-major. */
function entriesOf({ columns, onKink }: BasisMatrix, transposed: boolean): Float64Array {
  const size = onKink.length;
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [a, b] = [Math.floor(at / size), at % size];
    return transposed ? columns[a][onKink[b]] : columns[b][onKink[a]];
  });
}

/** Compares both solutions with those of a factorization. */
function assertSolves(matrix: BasisMatrix, seed: number): void {
  const size = matrix.onKink.length;
  const b = normals(seededRandom(seed), size);
  for (const [transposed, found] of [
    [false, matrix.solve(b)],
    [true, matrix.solveTransposed(b)],
  ] as const) {
    const factor = luFactor(entriesOf(matrix, transposed), size)!;
    assertAllClose(`transposed: ${transposed}`, found!, luSolve(factor, b), 1e-9);
  }
}

describe("BasisMatrix", () => {
  const problem = quantileProblem(3, 40, 30, { nFree: 2 });
  const start = { support: [3, 8, 11], onKink: [5, 0, 9, 22, 31] };
  const exchanges: Readonly<Record<string, { exchange: Exchange; support: number[]; onKink: number[] }>> = {
    "a sample for a sample": {
      exchange: { leaves: { sample: 9 }, arrives: { sample: 17 } },
      support: [3, 8, 11],
      onKink: [5, 0, 17, 22, 31],
    },
    "a sample and a coefficient out": {
      exchange: { leaves: { sample: 0 }, arrives: { member: 1 } },
      support: [3, 11],
      onKink: [5, 9, 22, 31],
    },
    "a coefficient for a coefficient": {
      exchange: { leaves: { feature: 20 }, arrives: { member: 0 } },
      support: [20, 8, 11],
      onKink: [5, 0, 9, 22, 31],
    },
    "a coefficient and a sample in": {
      exchange: { leaves: { feature: 20 }, arrives: { sample: 39 } },
      support: [3, 8, 11, 20],
      onKink: [5, 0, 9, 22, 31, 39],
    },
  };
  for (const [what, { exchange, support, onKink }] of Object.entries(exchanges)) {
    it(`solves as a factorization does after an exchange of ${what}, which leaves a copy as it was`, () => {
      const matrix = BasisMatrix.of(problem, start)!;
      const copy = matrix.copyFor(problem);
      copy.exchange(exchange);
      assert.deepEqual([copy.support, copy.onKink], [support, onKink]);
      assertSolves(copy, 1);
      assert.deepEqual([matrix.support, matrix.onKink], [start.support, start.onKink]);
      assertSolves(matrix, 2);
    });
  }

  it("solves as a factorization does after many exchanges, through sizes that need more room", () => {
    const matrix = BasisMatrix.of(problem, { support: [], onKink: [0, 20] })!;
    for (let k = 0; k < 25; k++) {
      matrix.exchange({ leaves: { feature: k }, arrives: { sample: 39 - k === 20 ? 1 : 39 - k } });
    }
    for (let k = 0; k < 20; k++) {
      matrix.exchange({ leaves: { sample: matrix.onKink[(7 * k) % 9] }, arrives: { member: k % 5 } });
    }
    assert.equal(matrix.onKink.length, 7);
    assertSolves(matrix, 3);
  });

  it("finds its way back from a singular matrix, where it has no solution", () => {
    const matrix = BasisMatrix.of(problem, start)!;
    // The third column twice.
    matrix.exchange({ leaves: { feature: 8 }, arrives: { member: 0 } });
    assert.equal(matrix.solve(new Float64Array(5).fill(1)), undefined);
    matrix.exchange({ leaves: { feature: 3 }, arrives: { member: 0 } });
    assertSolves(matrix, 4);
  });
});
