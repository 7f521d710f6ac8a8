/** What a Newton model learns of the steps that were taken on it. */
import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import { elasticNet, l1, type SeparablePenalty } from "../../../src/penalties";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { ActiveSetCholesky, PenaltyTerm } from "../../../src/solvers/coordinate/active-set-cholesky";
import { LbfgsCorrection } from "../../../src/solvers/coordinate/active-set-newton";
import { QuadraticModel } from "../../../src/solvers/subproblem/quadratic-model";
import { assertAllClose } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";

const [n, p] = [40, 8];
const { X, y } = linearData(11, n, p);
const classes = Array.from(y, (entry) => (entry > 0 ? 1 : 0));

function logisticProblem(fitIntercept: boolean): SparseProblem {
  const ones = new Float64Array(n).fill(1);
  return { ...problemOf({ X, y: classes }, l1(), fitIntercept ? [ones] : []), datafit: logistic() };
}

/** Points that random steps in some coordinates lead to, with all that was seen on the way. */
function walked(
  problem: SparseProblem,
  moving: readonly number[],
  watched: Int32Array,
  penalty: SeparablePenalty = l1(),
) {
  const random = seededRandom(3);
  const at = (beta: Float64Array) => {
    return { beta, profile: profileAt(problem, beta, new Float64Array(problem.free.size)) };
  };
  const points = [at(Float64Array.from({ length: p }, (_, j) => (moving.includes(j) ? 0.2 : 0)))];
  const model = new QuadraticModel(problem, points[0].profile.eta);
  model.scale = 0.9;
  const term = new PenaltyTerm(penalty, 0.1);
  const members = new ActiveSetCholesky(model.gram, p);
  members.adopt(term, points[0].beta);
  const seen = new LbfgsCorrection(model, p, (j, v) => problem.design.columnDot(j, v));
  for (let k = 0; k < 3; k++) {
    const last = points[k];
    const noise = normals(random, p);
    points.push(at(last.beta.map((b, j) => (moving.includes(j) ? b + 0.3 * noise[j] : b))));
    seen.add(last, points[k + 1], watched);
  }
  const changeOf = (take: (k: number) => Float64Array): Float64Array => take(3).map((v, i) => v - take(2)[i]);
  return { model, members, term, seen, points, changeOf };
}

describe("the changes that were seen", () => {
  for (const fitIntercept of [false, true]) {
    const problem = logisticProblem(fitIntercept);

    it(`make the Hessian agree with the last of them${fitIntercept ? ", beside an intercept" : ""}`, () => {
      const all = Int32Array.from({ length: p }, (_, j) => j);
      const { model, members, seen, points, changeOf } = walked(problem, [0, 2, 5, 6], all);
      const gradient = changeOf((k) => points[k].profile.gradient);
      const solution = Float64Array.from(members.indices, (j) => gradient[j] / model.scale);
      seen.solve(members, solution);
      const step = changeOf((k) => points[k].beta);
      assertAllClose(
        "step",
        solution,
        Float64Array.from(members.indices, (j) => step[j]),
        1e-10,
      );

      const predictor = changeOf((k) => points[k].profile.eta);
      const residual = predictor.slice();
      model.residualChange(residual);
      seen.addResidualChange(predictor, residual);
      const expected = changeOf((k) => points[k].profile.residual);
      assertAllClose(
        "residual",
        residual.map((entry) => model.scale * entry),
        expected,
        1e-10,
      );
    });
  }

  it("leave the penalty its curvature", () => {
    const all = Int32Array.from({ length: p }, (_, j) => j);
    const penalty = elasticNet({ l1Ratio: 0.2 });
    const { model, members, seen, points, changeOf } = walked(
      logisticProblem(true),
      [0, 2, 5, 6],
      all,
      penalty,
    );
    const gradient = changeOf((k) => points[k].profile.gradient);
    const step = changeOf((k) => points[k].beta);
    // The elastic net adds `(1 - l1Ratio) lambda` to the diagonal of the Hessian.
    const solution = Float64Array.from(
      members.indices,
      (j) => gradient[j] / model.scale + 0.8 * 0.1 * step[j],
    );
    seen.solve(members, solution);
    assertAllClose(
      "step",
      solution,
      members.indices.map((j) => step[j]),
      1e-10,
    );
  });

  it("are looked up in columns that were not watched, and left out where a coefficient has left since", () => {
    const problem = logisticProblem(false);
    const all = Int32Array.from({ length: p }, (_, j) => j);
    const whole = walked(problem, [0, 2, 5], all);
    const part = walked(problem, [0, 2, 5], Int32Array.of(0, 2, 5));
    for (const { term, members } of [whole, part]) {
      members.enterAll(term, new Float64Array(p), [{ j: 7, sign: 1 }], 1e-11);
    }
    const [a, b] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3, 4)];
    whole.seen.solve(whole.members, a);
    part.seen.solve(part.members, b);
    assertAllClose("solution", b, a, 1e-12);

    whole.members.drop(0);
    const [with_, without] = [Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)];
    whole.seen.solve(whole.members, with_);
    whole.members.solve(without);
    assert.deepEqual(with_, without);
  });
});
