import assert from "node:assert/strict";
import { mcp, type SeparablePenalty } from "../../src";
import { PenaltyTerms } from "../../src/global/envelopes";
import { searchGlobally } from "../../src/global/global-search";
import { QuadraticLoss } from "../../src/global/quadratic-loss";
import { assertAtMost } from "../support/assert-close";
import { TERMS } from "../support/global-minimum";

describe("searchGlobally of equal columns", () => {
  it("considers what they add up to within a declared box", () => {
    // Columns of length 1 that are alike, two of them twice, and a response of their difference. With fewer rows than columns a flat penalty
    // leaves coefficients without any limit, and with no point but zero those up to 3 are considered.
    const angle = Math.acos(0.98);
    const [first, second] = [Float64Array.of(1, 0), Float64Array.of(Math.cos(angle), Math.sin(angle))];
    const between = Float64Array.of(Math.cos(angle / 2), Math.sin(angle / 2));
    const columns = [first, second, between, first, second];
    const y = first.map((x, i) => 5.4 * (x - second[i]));
    const [lambda, gamma] = [0.04, 3];
    // A penalty whose proximal step is always zero finds no point but that of the start, so that bounds are all there is.
    const penalty: SeparablePenalty = { ...mcp({ gamma }), coordinateProx: () => 0 };
    const end = searchGlobally(
      {
        loss: new QuadraticLoss(columns, y),
        terms: new PenaltyTerms(penalty, lambda, Int32Array.from(columns.keys())),
      },
      [],
      { low: new Float64Array(5).fill(-Infinity), high: new Float64Array(5).fill(Infinity) },
      { gap: 1e-6, reasonToEnd: () => "timeLimit", onNode: () => {} },
    );
    assert.equal(end.declared, 3);
    // Coefficients of 2.7 and -2.7 on both copies explain all of the response.
    const least = 4 * TERMS.mcp(lambda, gamma).value(2.7);
    const atZero = y.reduce((sum, value) => sum + value ** 2, 0) / 2;
    assertAtMost("below zero's", least, atZero / 2);
    assertAtMost("bound", end.lowerBound, least);
  });
});
