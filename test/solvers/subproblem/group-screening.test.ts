/** Gradients that are exact where it matters, against products with all columns. */
import assert from "node:assert/strict";
import { type GroupPenalty, groupL2 } from "../../../src/penalties";
import { certify } from "../../../src/problem/certificate";
import { profileAt } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { activeGroups } from "../../../src/solvers";
import { GroupScreening } from "../../../src/solvers/subproblem/group-screening";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const [nSamples, nGroups, size] = [60, 40, 3];
const groups = Array.from({ length: nGroups * size }, (_, j) => Math.floor(j / size));
const weights = Array.from({ length: nGroups }, (_, g) => 1 + (g % 3) / 4);

function problemOfGroups(seed: number) {
  const data = linearData(seed, nSamples, nGroups * size);
  const problem = problemOf(data, groupL2(groups, { weights }), [new Float64Array(nSamples).fill(1)]);
  const { design, free, penalty } = problem;
  const zero = new Float64Array(design.nFeatures);
  const origin = profileAt(problem, zero, new Float64Array(free.size));
  return { problem, origin, lambdaMax: penalty.lambdaMax(origin.gradient, zero) };
}

describe("a bounded gradient", () => {
  it("is exact where it is needed, and elsewhere stands for one that the penalty holds at zero too", () => {
    const { problem, origin, lambdaMax } = problemOfGroups(5);
    const { design } = problem;
    const penalty = problem.penalty as GroupPenalty;
    const bounded = new GroupScreening(problem, penalty);
    const random = seededRandom(3);
    const residual = origin.residual.slice();
    let nSpared = 0;
    for (let step = 0; step < 30; step++) {
      const lambda = lambdaMax * 0.97 ** step;
      const shift = normals(random, nSamples);
      for (let i = 0; i < nSamples; i++) residual[i] += 0.004 * lambda * shift[i];
      const isNeeded = (g: number): boolean => (g + step) % 7 === 0;
      const gradient = bounded.at(residual.slice(), lambda, isNeeded);
      const exact = new Float64Array(gradient.length);
      design.rmatvec(residual, exact);
      penalty.groups.members.forEach((own, g) => {
        const [given, expected] = [gradient, exact].map((v) => Float64Array.from(own, (j) => v[j]));
        if (given.every((entry, i) => Math.abs(entry - expected[i]) <= 1e-13)) return;
        nSpared++;
        assert.ok(!isNeeded(g));
        for (const v of [given, expected]) assertAtMost(`group ${g}`, Math.hypot(...v), lambda * weights[g]);
      });
    }
    assert.ok(nSpared > 5 * nGroups, `spared ${nSpared}`);
  });

  it("gives one array a residual, which becomes exact in more groups as more are needed", () => {
    const { problem, origin, lambdaMax } = problemOfGroups(7);
    const bounded = new GroupScreening(problem, problem.penalty as GroupPenalty);
    bounded.learn(origin.residual, origin.gradient);
    const residual = origin.residual.map((entry, i) => entry + 0.01 * lambdaMax * Math.sin(i));
    const exact = new Float64Array(problem.design.nFeatures);
    problem.design.rmatvec(residual, exact);
    const errorOf = (gradient: Float64Array): number =>
      Math.max(...gradient.map((entry, j) => Math.abs(entry - exact[j])));
    const rough = bounded.at(residual, lambdaMax, () => false);
    assert.ok(errorOf(rough) > 1e-6);
    const fine = bounded.at(residual, lambdaMax, () => true);
    assert.equal(fine, rough);
    assertAtMost("error", errorOf(fine), 1e-13);
    assert.notEqual(
      bounded.at(residual.slice(), lambdaMax, () => false),
      fine,
    );
  });

  it("leads down a path to certificates and gradients that are those of exact ones", () => {
    for (const seed of [1, 2, 3]) {
      const { problem, origin, lambdaMax } = problemOfGroups(seed);
      const solver = activeGroups();
      let beta = new Float64Array(problem.design.nFeatures);
      for (let k = 1; k <= 40; k++) {
        const lambda = lambdaMax * 0.96 ** k;
        const task = taskOf(problem, lambda, 1e-10);
        const solution = solver.solve({ ...task, beta, psi: origin.psi });
        assert.equal(solution.status, "converged");
        beta = solution.beta.slice();
        const profile = profileAt(problem, beta, solution.profile.psi);
        assertAllClose("gradient", solution.profile.gradient, profile.gradient, 1e-12);
        const { dualityGap, violation } = certify(problem, lambda, beta, profile, 0);
        assertAtMost("violation", Math.abs(violation - solution.certificate.violation), 1e-13);
        assertAtMost("gap", Math.abs(dualityGap! - solution.certificate.dualityGap!), 1e-13);
      }
    }
  });
});
