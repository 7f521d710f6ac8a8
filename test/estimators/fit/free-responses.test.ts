import assert from "node:assert/strict";
import { FreeResponses } from "../../../src/estimators/fit/free-part";
import { dot } from "../../../src/linalg/vector";
import { assertAllClose } from "../../support/assert-close";

const columns = [Float64Array.of(1, 1), Float64Array.of(2, -3)];

/** `sum_k b_k x_k` of each response, one after the other. */
function predictorOf(responses: FreeResponses, spread: Float64Array): number[] {
  return Array.from({ length: responses.nResponses }).flatMap((_, r) => {
    const own = responses.coefficientsOf(r, spread, columns.length);
    return [0, 1].map((i) => own[0] * columns[0][i] + own[1] * columns[1][i]);
  });
}

describe("FreeResponses", () => {
  for (const [shiftInvariant, count] of [
    [false, 6],
    [true, 4],
  ] as const) {
    const responses = new FreeResponses(3, shiftInvariant);
    const what = shiftInvariant ? "where only differences count" : "of separate responses";
    it(`${what} gives each response its coefficients of what its columns are spread to`, () => {
      const long = responses.spread(columns);
      assert.equal(long.length, count);
      assert.equal(responses.count(2), count);
      const spread = Float64Array.from(long, (_, k) => 1 + k ** 2);
      const predictor = new Float64Array(6);
      long.forEach((column, k) => {
        column.forEach((entry, i) => {
          predictor[i] += spread[k] * entry;
        });
      });
      assertAllClose("predictor", predictorOf(responses, spread), predictor, 1e-14);
    });
  }

  it("spreads to as many orthogonal columns as sum to zero over responses, where only differences count", () => {
    const long = new FreeResponses(4, true).spread([Float64Array.of(2)]);
    assert.equal(long.length, 3);
    long.forEach((a, k) => {
      assertAllClose("sum", [a.reduce((sum, entry) => sum + entry, 0)], [0], 1e-15);
      long.forEach((b, m) => {
        assertAllClose("product", [dot(a, b)], [k === m ? 4 : 0], 1e-15);
      });
    });
  });

  it("is the columns themselves for one response", () => {
    assert.deepEqual(new FreeResponses(1, false).spread(columns), columns);
  });
});
