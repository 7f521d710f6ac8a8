/** Newton's steps where columns depend on each other. */
import assert from "node:assert/strict";
import { bounded, l1, type SeparablePenalty } from "../../../src/penalties";
import { PenalizedQuadratic } from "../../../src/solvers/coordinate/penalized-quadratic";
import { CachedCholesky } from "../../../src/solvers/subproblem/cached-cholesky";
import { blockOf, GramCache } from "../../../src/solvers/subproblem/gram-cache";
import { assertAtMost, assertClose } from "../../support/assert-close";
import { designOf, linearData, orthogonalRows, slopesOf } from "../../support/problems";

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

  it("sets coefficients that would cross zero or a bound to it, and ends where the others are stationary", () => {
    const { X: independent, y } = linearData(5, 60, 6);
    const X = independent.map((row) => row.map((x, j) => (j === 0 ? x : 0.9 * row[0] + 0.4 * x)));
    const lambda = 0.2;
    const penalties = [l1(), bounded(l1(), [-0.5, 0.6]) as SeparablePenalty];
    for (const penalty of penalties) {
      const [low, high] = penalty.domain?.(0) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const cache = new GramCache(designOf(X), new Float64Array(60).fill(1 / 60), []);
      cache.include([0, 1, 2, 3, 4, 5]);
      const block = blockOf(cache);
      block.beta.set([0.4, -0.3, 0.5, 0.2, -0.1, 0.3]);
      const signs = block.beta.map(Math.sign);
      block.slopes.set(slopesOf({ X, y }, block.beta).map((slope) => -slope));
      const quadratic = new PenalizedQuadratic(block, penalty, lambda, 1);
      quadratic.setLevels();
      assert.equal(quadratic.newton(new CachedCholesky(), [0, 1, 2, 3, 4, 5]), true);
      const ends = block.beta.filter((b) => b === 0 || b === low || b === high);
      assert.ok(ends.length > 0 && ends.length < 6, `${block.beta}`);
      slopesOf({ X, y }, block.beta).forEach((slope, j) => {
        assertClose("slope that is kept", -block.slopes[j], slope, 1e-12);
        const b = block.beta[j];
        if (b === 0 || b === low || b === high) return;
        assert.equal(Math.sign(b), signs[j]);
        assertAtMost(`column ${j}`, Math.abs(slope + lambda * signs[j]), 1e-12);
      });
    }
  });

  it("moves the other coefficients where one is at its best already", () => {
    const lambda = 0.5;
    for (const penalty of [l1(), bounded(l1(), [-4, 4]) as SeparablePenalty]) {
      const cache = new GramCache(designOf(orthogonalRows), new Float64Array(8).fill(1 / 8), []);
      cache.include([0, 1, 2]);
      const block = blockOf(cache);
      block.beta.set([1, 2, -1]);
      // The minimum is (1, 1.5, -2); of orthogonal columns the slopes in beta are distances to it, and lambda with a sign.
      block.slopes.set([0 + lambda, -0.5 + lambda, -1 - lambda]);
      const quadratic = new PenalizedQuadratic(block, penalty, lambda, 1);
      quadratic.setLevels();
      assert.equal(quadratic.newton(new CachedCholesky(), [0, 1, 2]), true);
      [1, 1.5, -2].forEach((b, j) => {
        assertClose(`column ${j}`, block.beta[j], b, 1e-14);
      });
    }
  });
});
