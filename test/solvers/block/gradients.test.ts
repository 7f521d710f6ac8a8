/** Gradients that are exact where it matters, against products with each column. */
import assert from "node:assert/strict";
import { l1 } from "../../../src/penalties";
import type { Profile } from "../../../src/problem/problem";
import { CoordinateBlocks } from "../../../src/solvers/block/coordinate-blocks";
import { Gradients } from "../../../src/solvers/block/gradients";
import { linearData, problemOf } from "../../support/problems";

describe("the gradients of a path", () => {
  const [n, p] = [100, 6000];
  const problem = problemOf(linearData(11, n, p), l1());
  const psi = new Float64Array(problem.free.size);
  const none = new Uint8Array(p);
  const exactAt = ({ residual }: Profile): Float64Array => {
    const exact = new Float64Array(p);
    for (let j = 0; j < p; j++) exact[j] = problem.design.columnDot(j, residual);
    return exact;
  };

  it("certify zeros at the lambda that is asked for, also of a point that is not the last one", () => {
    const gradients = new Gradients(
      problem,
      new CoordinateBlocks(problem.penalty as ReturnType<typeof l1>, p),
      undefined,
    );
    const at = (b: number): Float64Array => Float64Array.from({ length: p }, (_, j) => (j < 3 ? b : 0));
    const first = gradients.at(at(0), psi, Number.POSITIVE_INFINITY, none);
    const largest = first.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const loose = { beta: at(0.1), profile: gradients.at(at(0.1), psi, largest, none) };
    const exact = exactAt(loose.profile);
    const isInexact = exact.some((g, j) => Math.abs(loose.profile.gradient[j] - g) > 1e-9 * largest);
    assert.ok(isInexact, "the bounds leave nothing out, so that this test shows nothing");
    gradients.at(at(0.2), psi, largest / 10, none);
    const lambda = largest / 5;
    const { gradient } = gradients.again(loose, lambda, none);
    exact.forEach((g, j) => {
      const isRight = Math.abs(gradient[j] - g) <= 1e-9 * largest || Math.abs(g) < lambda;
      assert.ok(isRight, `column ${j}: ${gradient[j]} for ${g} at ${lambda}`);
    });
  });
});
