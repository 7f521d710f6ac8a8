/** Products with a residual that are exact only where they matter, single and by groups, against sums of their own. */
import assert from "node:assert/strict";
import { type GroupPenalty, groupL2, l1 } from "../../../src/penalties";
import { certify } from "../../../src/problem/certificate";
import { profileAt } from "../../../src/problem/problem";
import { seededRandom } from "../../../src/random/random";
import { activeGroups, WarmStart } from "../../../src/solvers";
import { ScreenedCorrelations, squaredNorms } from "../../../src/solvers/subproblem/residual-subspace";
import { GroupScreening } from "../../../src/solvers/subproblem/screening";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, normals, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const [n, p] = [30, 20];
const data = linearData(5, n, p);
const problem = problemOf(data, l1());
const random = seededRandom(2);

const exact = (residual: Float64Array): Float64Array =>
  Float64Array.from({ length: p }, (_, j) => data.X.reduce((sum, row, i) => sum + row[j] * residual[i], 0));

const near = (residual: Float64Array, distance: number): Float64Array => {
  const shift = normals(random, n);
  return residual.map((entry, i) => entry + (distance / Math.hypot(...shift)) * shift[i]);
};

describe("ScreenedCorrelations", () => {
  it("are all exact with the first residual, and with another one where they are asked for", () => {
    const bounded = new ScreenedCorrelations(problem);
    const first = normals(random, n);
    assert.ok(bounded.setResidual(first));
    assert.ok(!bounded.setResidual(first));
    assert.equal(bounded.distance, 0);
    assertAllClose("first", bounded.products, exact(first), 1e-13);

    const second = near(first, 0.1);
    assert.ok(bounded.setResidual(second));
    assert.ok(bounded.isAt(second) && !bounded.isAt(first));
    assertAtMost("distance", bounded.distance, 0.1 + 1e-12);
    for (const j of [3, 7, 3]) bounded.request(j, true);
    bounded.computeRequested();
    const expected = exact(second);
    let nApart = 0;
    for (let j = 0; j < p; j++) {
      const error = Math.abs(bounded.products[j] - expected[j]);
      assert.equal(bounded.isExact(j), j === 3 || j === 7);
      const size = Math.hypot(...data.X.map((row) => row[j]));
      assertAtMost(`product ${j}`, error, bounded.isExact(j) ? 1e-13 : size * bounded.distance);
      if (error > 1e-4) nApart++;
    }
    assert.ok(nApart > p / 2);
  });

  it("are taken from outside too", () => {
    const bounded = new ScreenedCorrelations(problem);
    const known = normals(random, n);
    bounded.addKnown(known, exact(known));
    bounded.setResidual(known.map((entry) => 2 * entry));
    assertAtMost("in the span", bounded.distance, 1e-12);
    assertAllClose("twice", bounded.products, exact(known.map((entry) => 2 * entry)), 1e-12);
  });

  it("are exact in columns that others have computed, and not computed again", () => {
    const bounded = new ScreenedCorrelations(problem);
    const known = normals(random, n);
    bounded.addKnown(known, exact(known));
    bounded.setResidual(normals(random, n));
    bounded.setExact(Int32Array.of(4, 9), Float64Array.of(1.5, -2.5));
    for (const j of [4, 11]) bounded.request(j, true);
    bounded.computeRequested();
    assert.deepEqual([bounded.products[4], bounded.products[9]], [1.5, -2.5]);
    assert.deepEqual(
      [4, 9, 11, 12].map((j) => bounded.isExact(j)),
      [true, true, true, false],
    );
    // What is exact stays.
    bounded.setExact(Int32Array.of(9), Float64Array.of(7));
    assert.equal(bounded.products[9], -2.5);
  });

  it("are all computed where more than half are asked for, or have been only since bounds were loose", () => {
    const first = normals(random, n);
    const bounded = new ScreenedCorrelations(problem);
    bounded.setResidual(first);
    const ask = (count: number, isNeeded: boolean): boolean => {
      bounded.setResidual(near(first, 0.01));
      for (let j = 0; j < count; j++) bounded.request(j, isNeeded);
      bounded.computeRequested();
      return bounded.distance === 0;
    };
    assert.ok(!ask(p / 2, true));
    assert.ok(ask(p / 2 + 1, true));
    assert.ok(!ask(p / 2, true));
    assert.ok(!ask(p / 2 - 2, false));
    assert.ok(!ask(2, false));
    assert.ok(ask(1, false));
    assert.ok(!ask(p / 2, false));
  });
});

describe("squaredNorms", () => {
  it("are those of the columns, whatever the scale of the loss is", () => {
    const expected = Float64Array.from({ length: p }, (_, j) =>
      data.X.reduce((sum, row) => sum + row[j] ** 2, 0),
    );
    assertAllClose("squares", squaredNorms(problem), expected, 1e-12);
  });
});

/** Gradients that are exact where it matters, against products with all columns. */

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
    bounded.addKnown(origin.residual, origin.gradient);
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
      const warmStart = new WarmStart();
      let beta = new Float64Array(problem.design.nFeatures);
      for (let k = 1; k <= 40; k++) {
        const lambda = lambdaMax * 0.96 ** k;
        const task = taskOf(problem, lambda, 1e-10, { warmStart });
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
