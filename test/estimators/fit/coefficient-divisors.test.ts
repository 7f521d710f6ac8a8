import assert from "node:assert/strict";
import { stackResponses } from "../../../src/design/stacked-responses";
import { CoefficientDivisors } from "../../../src/estimators/fit/working-columns";
import { assertAllClose } from "../../support/assert-close";
import { designOf } from "../../support/problems";

const rows = [
  [1, 2],
  [3, 5],
  [-1, 4],
];
/** Features 2 and 0 of three, in two responses. */
const divisors = new CoefficientDivisors(Float64Array.of(2, 9, 4, 0.5, 9, Infinity), [2, 0], 3);
const design = stackResponses(designOf(rows), 2);

describe("divisors of single coefficients", () => {
  it("leave predictions as they are where coefficients are multiplied", () => {
    const beta = Float64Array.of(3, -2, 0, 7);
    const [plain, divided] = [new Float64Array(6), new Float64Array(6)];
    design.matvec(beta, plain);
    const scaled = divisors.fromShared(beta);
    assert.deepEqual([...scaled], [12, -4, 0, 3.5]);
    divisors.divided(design).matvec(scaled, divided);
    assertAllClose("predictions", divided, plain, 1e-15);
    assert.deepEqual([...divisors.toShared(scaled)], [...beta]);
  });

  it("leave out a coefficient whose divisor is infinite", () => {
    const out = new Float64Array(6);
    divisors.divided(design).matvec(Float64Array.of(0, 0, 5, 0), out);
    assert.deepEqual([...out], [0, 0, 0, 0, 0, 0]);
    assert.equal(divisors.fromShared(Float64Array.of(0, 0, Infinity, 0))[2], 0);
  });

  it("are nothing to do where there are none", () => {
    const none = new CoefficientDivisors(undefined, [0, 1], 2);
    const beta = Float64Array.of(1, 2, 3, 4);
    assert.equal(none.divided(design), design);
    assert.deepEqual([none.toShared(beta), none.fromShared(beta)], [beta, beta]);
  });
});
