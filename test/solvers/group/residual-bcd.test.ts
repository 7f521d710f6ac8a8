/** Block descent on the residual: the same minima as on the Gram matrix, and when it gives way to that. */
import assert from "node:assert/strict";
import { logistic } from "../../../src/datafits";
import type { DesignMatrix } from "../../../src/design/design-matrix";
import { groupL2 } from "../../../src/penalties";
import { profileAt, type SparseProblem } from "../../../src/problem/problem";
import { activeGroups, WarmStart } from "../../../src/solvers";
import { ResidualBcd } from "../../../src/solvers/group/residual-bcd";
import { GroupBlock, modelGap } from "../../../src/solvers/subproblem/group-block";
import { assertAllClose, assertAtMost } from "../../support/assert-close";
import { linearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

const [nSamples, nFeatures, size] = [200, 2560, 8];
const penalty = groupL2(Array.from({ length: nFeatures }, (_, j) => Math.floor(j / size)));
const { members } = penalty.groups;
const curvature = new Float64Array(nSamples).fill(1 / nSamples);

/** Columns in groups of neighbours, centred but for the last one, and an intercept. */
function problemWithIntercept(): SparseProblem {
  const { X, y } = linearData(31, nSamples, nFeatures);
  for (let j = 0; j + 1 < nFeatures; j++) {
    const mean = X.reduce((sum, row) => sum + row[j], 0) / nSamples;
    for (const row of X) row[j] -= mean;
  }
  return problemOf({ X, y: y.map((entry) => entry + 7) }, penalty, [new Float64Array(nSamples).fill(1)]);
}

/** A design with another descent, or none. */
function withDescent(design: DesignMatrix, descendGroups: DesignMatrix["descendGroups"]): DesignMatrix {
  return new Proxy(design, {
    get(target, key) {
      if (key === "descendGroups") return descendGroups;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Some groups at zero. */
function atZero(problem: SparseProblem, groups: readonly number[]) {
  const onResidual = ResidualBcd.of(problem, penalty, curvature)!;
  const [beta, slopes] = [0, 1].map(() => new Float64Array(groups.length * size));
  const blocks = groups.map((g, k) => {
    const block = new GroupBlock(g, members[g], k * size, onResidual.hessianOf(members[g]));
    block.b = beta.subarray(k * size, (k + 1) * size);
    return block;
  });
  const zero = new Float64Array(nFeatures);
  onResidual.startFrom(profileAt(problem, zero, new Float64Array(problem.free.size)).residual);
  return { onResidual, blocks, at: { beta, slopes } };
}

describe("ResidualBcd", () => {
  it("ends where the Gram matrix does, as groups enter and leave along a path", () => {
    const problem = problemWithIntercept();
    let descents = 0;
    const counted = withDescent(problem.design, (...args) => {
      descents++;
      return problem.design.descendGroups!(...args);
    });
    const both = [counted, withDescent(problem.design, undefined)].map((design) => {
      return {
        problem: { ...problem, design },
        solver: activeGroups(),
        beta: new Float64Array(nFeatures),
        warmStart: new WarmStart(),
      };
    });
    for (const lambda of [0.9, 0.6, 0.4, 0.3, 0.25, 0.5]) {
      const [end, other] = both.map((side) => {
        const { problem, solver, beta, warmStart } = side;
        const found = solver.solve(taskOf(problem, lambda, 1e-12, { beta, warmStart }));
        side.beta = Float64Array.from(found.beta);
        assert.equal(found.status, "converged");
        return found;
      });
      assertAllClose(`lambda ${lambda}`, end.beta, other.beta, 1e-5);
      const difference = Math.abs(end.certificate.objective - other.certificate.objective);
      assertAtMost("difference of objectives", difference, 1e-12);
    }
    assert.ok(descents > 0);
  });

  it("minimises over groups, with the slopes where they end", () => {
    const problem = problemWithIntercept();
    const groups = Array.from({ length: 40 }, (_, k) => (7 * k) % 40);
    const { onResidual, blocks, at } = atZero(problem, groups);
    const lambda = 0.3;
    const isEnough = () => modelGap(penalty, blocks, at.slopes, lambda, 0).violation <= 1e-9;
    assert.equal(onResidual.minimise(blocks, lambda, at, 0, isEnough), true);
    const beta = new Float64Array(nFeatures);
    for (const { columns, b } of blocks) for (let i = 0; i < size; i++) beta[columns[i]] = b[i];
    const { gradient } = profileAt(problem, beta, new Float64Array(1));
    for (const { g, columns, start, b } of blocks) {
      const slope = Float64Array.from(columns, (j) => gradient[j]);
      assertAllClose("slopes", at.slopes.subarray(start, start + size), slope, 1e-13);
      assertAtMost("violation", penalty.groupViolation(g, b, slope, lambda), 1.001e-9);
    }
    assert.ok(blocks.some(({ isZero }) => !isZero));
  });

  it("knows the slopes at its end for residuals that are that one but for rounding, until it moves", () => {
    const problem = problemWithIntercept();
    const groups = [3, 0, 12, 5];
    const { onResidual, blocks, at } = atZero(problem, groups);
    const lambda = 0.2;
    const zero = profileAt(problem, new Float64Array(nFeatures), new Float64Array(1));
    assert.equal(onResidual.slopesAt(zero.residual), undefined);
    const isEnough = () => modelGap(penalty, blocks, at.slopes, lambda, 0).violation <= 1e-9;
    assert.equal(onResidual.minimise(blocks, lambda, at, 0, isEnough), true);
    assert.equal(onResidual.slopesAt(zero.residual), undefined);
    const beta = new Float64Array(nFeatures);
    for (const { columns, b } of blocks) for (let i = 0; i < size; i++) beta[columns[i]] = b[i];
    assert.ok(beta.some((b) => b !== 0));
    const { residual, gradient } = profileAt(problem, beta, new Float64Array(1));
    const { columns, slopes } = onResidual.slopesAt(residual)!;
    assert.deepEqual(
      [...columns],
      groups.flatMap((g) => [...members[g]]),
    );
    const expected = Float64Array.from(columns, (j) => gradient[j]);
    assertAllClose("slopes", slopes, expected, 1e-14);
    assert.equal(onResidual.slopesAt(residual.map((entry) => entry * (1 + 1e-12))), undefined);
    onResidual.startFrom(residual);
    assert.equal(onResidual.slopesAt(residual), undefined);
  });

  it("gives way once it has cost what the Gram matrix does, and stops once aborted", () => {
    const problem = problemWithIntercept();
    const { onResidual, blocks, at } = atZero(
      problem,
      Array.from({ length: 30 }, (_, g) => g),
    );
    let looks = 0;
    const never = (): boolean => {
      looks++;
      return false;
    };
    const signal = { aborted: true };
    assert.equal(onResidual.minimise(blocks, 0.1, at, 200, never, signal), true);
    assert.equal(looks, 1);
    // 40 columns by 220 others: 8800 products a row, of which a cycle and a look take some 1000.
    assert.equal(onResidual.minimise(blocks, 0.1, at, 200, never), false);
    assertAtMost("looks", looks, 11);
  });

  it("looks first after as many cycles as it took the last time", () => {
    const problem = problemWithIntercept();
    const { onResidual, blocks, at } = atZero(
      problem,
      Array.from({ length: 40 }, (_, g) => g),
    );
    const { residual } = profileAt(problem, new Float64Array(nFeatures), new Float64Array(1));
    const looksFromZero = (): number => {
      let looks = 0;
      at.beta.fill(0);
      onResidual.startFrom(residual);
      const isEnough = (): boolean => {
        looks++;
        return modelGap(penalty, blocks, at.slopes, 0.15, 0).violation <= 1e-7;
      };
      assert.equal(onResidual.minimise(blocks, 0.15, at, 0, isEnough), true);
      return looks;
    };
    const first = looksFromZero();
    assert.ok(first > 1, `${first} look`);
    assert.equal(looksFromZero(), 1);
    // One look earlier, which was too early the first time too.
    assert.equal(looksFromZero(), 2);
  });

  it("suits columns that are orthogonal to the intercept", () => {
    const onResidual = ResidualBcd.of(problemWithIntercept(), penalty, curvature)!;
    assert.equal(onResidual.isOrthogonalToUnpenalized([members[1], members[2]]), true);
    assert.equal(onResidual.isOrthogonalToUnpenalized([members[1], members[members.length - 1]]), false);
  });

  it("is for large dense designs and losses that bend the same everywhere", () => {
    const problem = problemWithIntercept();
    const of = (other: Partial<SparseProblem>, weights = curvature): unknown =>
      ResidualBcd.of({ ...problem, ...other }, penalty, weights);
    assert.notEqual(of({}), undefined);
    assert.equal(of({ design: withDescent(problem.design, undefined) }), undefined);
    assert.equal(of({ datafit: logistic() }), undefined);
    const bent = curvature.map((entry, i) => (i === 3 ? 2 * entry : entry));
    assert.equal(of({}, bent), undefined);
    const { design } = problemOf(linearData(1, 20, 200));
    assert.equal(of({ design }), undefined);
  });
});
