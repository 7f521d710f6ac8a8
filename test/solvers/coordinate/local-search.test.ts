/** Local search by leaving out one coefficient: its control flow from a script, and its minima beside descents from all supports. */
import assert from "node:assert/strict";
import { choleskyFactor } from "../../../src/linalg/cholesky";
import { lq, mcp, type SeparablePenalty } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { gramDescent, type Solution } from "../../../src/solvers";
import { newGramState } from "../../../src/solvers/coordinate/gram-cd-state";
import {
  isGain,
  localSearch,
  localSearchOverCoordinates,
} from "../../../src/solvers/coordinate/local-search";
import { assertAtMost } from "../../support/assert-close";
import { type LinearData, problemOf } from "../../support/problems";
import { taskOf } from "../../support/solver-tasks";

/** With one coefficient, which says which solution it is. */
function solutionAt(beta: number, objective: number, more: Partial<Solution> = {}): Solution {
  const certificate = {
    objective,
    dualityGap: undefined,
    violation: 0,
    singleCoordinateGain: 0,
    misalignment: 0,
  };
  const none = new Float64Array(0);
  const profile = { loss: 0, psi: none, eta: none, residual: none, gradient: none };
  return {
    beta: Float64Array.of(beta),
    profile,
    certificate,
    status: "converged",
    nIter: 3,
    trace: [],
    ...more,
  };
}

const first = solutionAt(0, 5, { trace: [{ iteration: 0, objective: 9, stationarity: 1 }] });

/** Exchanges lead from each coefficient to the next, up to 2. */
const upToTwo = ({ beta: [b] }: Solution) =>
  b < 2 ? { beta: Float64Array.of(b + 1), isStrict: true } : undefined;

describe("exchanges", () => {
  it("go on until none gains, sum iterations, keep the first trace and remember the end", () => {
    const exchanged = new WeakSet<Float64Array>();
    const end = localSearch({}, exchanged, first, upToTwo, ([b]) => solutionAt(b, 5 - b));
    assert.deepEqual([end.beta[0], end.certificate.objective, end.nIter], [2, 3, 9]);
    assert.equal(end.trace, first.trace);
    assert.ok(exchanged.has(end.beta) && !exchanged.has(first.beta));
    assert.equal(
      localSearch(
        {},
        exchanged,
        end,
        () => assert.fail(),
        () => assert.fail(),
      ),
      end,
    );
  });

  it("know a strict minimum where the solution stayed at the end of an exchange, or says so", () => {
    const endOf = (moved: number, isStrict?: boolean) =>
      localSearch({}, new WeakSet(), first, upToTwo, ([b]) =>
        solutionAt(b + moved, 5 - b, isStrict === undefined ? {} : { isStrict }),
      );
    assert.equal(endOf(0).isStrict, true);
    assert.equal(endOf(0.5).isStrict, false);
    assert.equal(endOf(0.5, true).isStrict, true);
  });

  it("keep what there is where the way on does not converge, is no lower, or a signal is aborted", () => {
    const exchanged = new WeakSet<Float64Array>();
    const go = (next: Solution, aborted = false): Solution =>
      localSearch({ signal: { aborted } }, exchanged, first, upToTwo, () => next);
    assert.equal(go(solutionAt(1, 4, { status: "stalled" })), first);
    assert.equal(go(solutionAt(1, 5)), first);
    assert.equal(go(solutionAt(1, 4), true), first);
    assert.ok(!exchanged.has(first.beta));
  });

  it("gain what is more than a billionth of the objective", () => {
    assert.equal(isGain(1.1e-9 * 5, first), true);
    assert.equal(isGain(0.9e-9 * 5, first), false);
    assert.equal(isGain(Number.NaN, first), false);
  });
});

/** Exchanges of coefficients, beside descents from the least-squares fit of every set of columns. */

const [n, p, lambda] = [40, 8, 0.05];
const all = Array.from({ length: p }, (_, j) => j);

/** Each column like the one before, so that one may stand in the place of another. */
function chainedData(seed: number): LinearData {
  const random = seededRandom(seed);
  const X = Array.from({ length: n }, () => {
    const row = [random.normal()];
    for (let j = 1; j < p; j++) row.push(0.8 * row[j - 1] + 0.6 * random.normal());
    return row;
  });
  return { X, y: X.map((row) => row[0] - row[2] + row[4] + 0.3 * random.normal()) };
}

/** Sums and coordinate descent, by their formulas. */
function plain({ X, y }: LinearData) {
  const gram = all.map((j) => all.map((k) => X.reduce((sum, row) => sum + (row[j] * row[k]) / n, 0)));
  const dots = all.map((j) => X.reduce((sum, row, i) => sum + (row[j] * y[i]) / n, 0));
  const objective = (penalty: SeparablePenalty, beta: Float64Array): number =>
    X.reduce((sum, row, i) => sum + row.reduce((rest, x, j) => rest - x * beta[j], y[i]) ** 2, 0) / (2 * n) +
    penalty.value(beta, lambda);
  const descend = (
    columns: readonly number[],
    start: Float64Array,
    prox: (j: number, z: number, step: number) => number,
  ): Float64Array => {
    const beta = start.slice();
    for (let cycle = 0; cycle < 300; cycle++) {
      for (const j of columns) {
        const slope = beta.reduce((rest, b, k) => rest - gram[j][k] * b, dots[j]);
        beta[j] = prox(j, beta[j] + slope / gram[j][j], 1 / gram[j][j]);
      }
    }
    return beta;
  };
  const lowest = (penalty: SeparablePenalty): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let set = 0; set < 2 ** p; set++) {
      const columns = all.filter((j) => (set >> j) % 2 === 1);
      const leastSquares = descend(columns, new Float64Array(p), (_, z) => z);
      const end = descend(all, leastSquares, (j, z, step) => penalty.coordinateProx(j, z, step, lambda));
      best = Math.min(best, objective(penalty, end));
    }
    return best;
  };
  return { gram, objective, lowest };
}

/** Where descent ends that begins with one column alone, and how it is exchanged. */
function endFrom(data: LinearData, penalty: SeparablePenalty, column: number) {
  const beta = new Float64Array(p);
  beta[column] = 1;
  const isOptimal = ({ violation }: { violation: number }): boolean => violation <= 1e-9;
  const task = taskOf(problemOf(data, penalty), lambda, 0, { beta, isOptimal });
  const solution = gramDescent().solve(task);
  const state = task.warmStart.stateOfData(gramDescent, task.problem, () => newGramState(task.problem));
  const how = { task, penalty, state, count: 5 };
  return { solution, how, solveFrom: (start: Float64Array) => gramDescent().solve({ ...task, beta: start }) };
}

describe("exchanges of members", () => {
  for (const [penalty, share] of [
    [mcp({ gamma: 1.5 }), 1 / 2],
    [lq({ q: 1 / 2 }), 0],
    [lq({ q: 2 / 3 }), 0],
  ] as const) {
    const which = share > 0 ? ", as a rule to the lowest of all" : "";
    it(`lead out of minima of ${penalty.name} to lower ones${which}`, () => {
      let [traps, left, lowest] = [0, 0, 0];
      for (let seed = 0; seed < 8; seed++) {
        const data = chainedData(seed);
        const { gram, objective, lowest: lowestOf } = plain(data);
        const bound = lowestOf(penalty);
        for (const column of [1, 3, 7]) {
          const { solution, how, solveFrom } = endFrom(data, penalty, column);
          const before = objective(penalty, solution.beta);
          const { beta, isStrict } = localSearchOverCoordinates(how, solution, solveFrom);
          const after = objective(penalty, beta);
          const where = `seed ${seed}, column ${column}`;
          assertAtMost(where, after, before * (1 + 1e-12));
          assertAtMost(where, bound, after * (1 + 1e-9));
          if (before > bound * (1 + 1e-6)) {
            traps++;
            if (after < before * (1 - 1e-6)) left++;
            if (after < bound * (1 + 1e-9)) lowest++;
          }
          if (!isStrict) continue;
          const support = all.filter((j) => beta[j] !== 0);
          const bend = (j: number): number => penalty.coordinateCurvature(j, beta[j], lambda);
          const bent = support.flatMap((j) => support.map((k) => gram[j][k] + (j === k ? bend(j) : 0)));
          assert.ok(choleskyFactor(Float64Array.from(bent), support.length), `${where}: no strict minimum`);
        }
      }
      assert.ok(left >= 2 && lowest >= share * traps, `${left} of ${traps}, ${lowest} to the lowest`);
    });
  }

  it("are tried but once from an end that none lowers, and again where a signal was aborted", () => {
    const { solution, how, solveFrom } = endFrom(chainedData(1), mcp({ gamma: 1.5 }), 3);
    const aborted = { ...how, task: { ...how.task, signal: { aborted: true } } };
    assert.equal(localSearchOverCoordinates(aborted, solution, solveFrom), solution);
    let solved = 0;
    const counted = (beta: Float64Array): Solution => {
      solved++;
      return solveFrom(beta);
    };
    const end = localSearchOverCoordinates(how, solution, counted);
    assert.ok(solved > 0 && end.certificate.objective < solution.certificate.objective);
    how.state.model = undefined;
    assert.equal(localSearchOverCoordinates(how, end, counted), end);
    assert.ok(how.state.locallyOptimal.has(end.beta));
  });
});
