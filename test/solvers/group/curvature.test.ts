/** Curvatures of groups of columns, against the eigenvalues of their Gram matrix. */

import { columnOf } from "../../../src/design/column-of";
import { symmetricEigen } from "../../../src/linalg/symmetric-eigen";
import { l1 } from "../../../src/penalties";
import { groupCurvature } from "../../../src/solvers/group/curvature";
import { assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";

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
