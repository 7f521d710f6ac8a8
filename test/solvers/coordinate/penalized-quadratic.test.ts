/** Newton's steps where columns depend on each other. */
import assert from "node:assert/strict";
import { l1 } from "../../../src/penalties";
import { PenalizedQuadratic } from "../../../src/solvers/coordinate/penalized-quadratic";
import { CachedCholesky } from "../../../src/solvers/subproblem/cached-cholesky";
import { blockOf, GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { assertAtMost } from "../../support/assert-close";
import { designOf, linearData, slopesOf } from "../../support/problems";

describe("Newton's method on a quadratic and a penalty", () => {
  it("finds once a call that a convex one has no single minimiser, and a minimiser", () => {
    const { X: once, y } = linearData(11, 80, 3);
    const X = once.map((row) => [...row, row[0]]);
    const lambda = 0.1;
    const cache = new GramCache(designOf(X), new Float64Array(80).fill(1 / 80), []);
    cache.include([0, 1, 2, 3]);
    const block = blockOf(cache);
    block.beta.set([1, -1, 0.5, 0.5]);
    block.slopes.set(slopesOf({ X, y }, block.beta).map((slope) => -slope));
    const answers: boolean[] = [];
    class Counted extends CachedCholesky {
      override update(...given: Parameters<CachedCholesky["update"]>): boolean {
        answers.push(super.update(...given));
        return answers[answers.length - 1];
      }
    }
    const quadratic = new PenalizedQuadratic(block, l1(), lambda, 1);
    quadratic.setLevels();
    assert.equal(quadratic.newton(new Counted(), [0, 1, 2, 3]), true);
    assert.deepEqual([answers[0], ...new Set(answers.slice(1))], [false, true]);
    assert.ok(answers.length > 2, "a single step");
    slopesOf({ X, y }, block.beta).forEach((slope, j) => {
      assertAtMost(`column ${j}`, Math.abs(slope + lambda * Math.sign(block.beta[j])), 1e-9);
    });
  });
});
