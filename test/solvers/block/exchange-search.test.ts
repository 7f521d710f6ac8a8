/** Local search by leaving out one coefficient: its control flow from a script, and its minima beside descents from all supports. */
import assert from "node:assert/strict";
import { choleskyFactor } from "../../../src/linalg/cholesky";
import { lq, mcp, type SeparablePenalty } from "../../../src/penalties";
import { seededRandom } from "../../../src/random/random";
import { proximalNewton, type Solution } from "../../../src/solvers";
import { type Exchanges, searchExchanges } from "../../../src/solvers/block/exchange-search";
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

/** Exchanges that lead from each coefficient to the next, up to 2, where the objective is 5 minus the coefficient. */
const upToTwo: Exchanges = {
  exhausted: new WeakSet(),
  from: ({ beta: [b] }) => ({ blocks: b < 2 ? [0] : [], without: () => Float64Array.of(b + 1) }),
  objectiveAt: ([b]) => 5 - b,
  solveFrom: ([b]) => solutionAt(b, 5 - b),
};

const search = (exchanges: Partial<Exchanges>, from = first, aborted = false): Solution =>
  searchExchanges({ signal: { aborted } }, from, { ...upToTwo, exhausted: new WeakSet(), ...exchanges });

describe("a search by exchanges", () => {
  it("goes on until none gains, sums iterations, keeps the first trace and remembers the end", () => {
    const exhausted = new WeakSet<Float64Array>();
    const end = search({ exhausted });
    assert.deepEqual([end.beta[0], end.certificate.objective, end.nIter], [2, 3, 9]);
    assert.equal(end.trace, first.trace);
    assert.ok(exhausted.has(end.beta) && !exhausted.has(first.beta));
    const from = () => assert.fail();
    assert.equal(search({ exhausted, from }, end), end);
  });

  it("keeps what there is where the next solution does not converge, is no lower, or a signal is aborted", () => {
    const exhausted = new WeakSet<Float64Array>();
    const go = (next: Solution, aborted = false): Solution =>
      search({ exhausted, solveFrom: () => next }, first, aborted);
    assert.equal(go(solutionAt(1, 4, { status: "stalled" })), first);
    assert.equal(go(solutionAt(1, 5)), first);
    assert.equal(go(solutionAt(1, 4), true), first);
    assert.ok(!exhausted.has(first.beta));
  });

  it("takes an exchange that lowers the objective by more than a share of 1e-10", () => {
    const endOf = (fall: number): Solution =>
      search({
        from: ({ beta: [b] }) => ({ blocks: b === 0 ? [0] : [], without: () => Float64Array.of(1) }),
        objectiveAt: () => 5 - fall,
        solveFrom: ([b]) => solutionAt(b, 5 - fall),
      });
    assert.equal(endOf(1.1e-10 * 5).beta[0], 1);
    assert.equal(endOf(0.9e-10 * 5), first);
    assert.equal(endOf(Number.NaN), first);
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

/** The minimum that a descent reaches from one column alone, and from there by exchanges. */
function endsFrom(data: LinearData, penalty: SeparablePenalty, column: number) {
  const beta = new Float64Array(p);
  beta[column] = 1;
  const isOptimal = ({ violation }: { violation: number }): boolean => violation <= 1e-9;
  const task = taskOf(problemOf(data, penalty), lambda, 0, { beta, isOptimal });
  const before = proximalNewton().solve(task);
  return { task, before, after: proximalNewton({ exchanges: 5 }).solve({ ...task, beta: before.beta }) };
}

describe("exchanges of coefficients", () => {
  for (const [penalty, share] of [
    [mcp({ gamma: 1.5 }), 1 / 2],
    [lq({ q: 1 / 2 }), 0],
  ] as const) {
    const which = share > 0 ? ", as a rule to the lowest of all" : "";
    it(`lead out of minima of ${penalty.name} to lower ones${which}`, () => {
      let [traps, left, lowest] = [0, 0, 0];
      for (let seed = 0; seed < 8; seed++) {
        const data = chainedData(seed);
        const { gram, objective, lowest: lowestOf } = plain(data);
        const bound = lowestOf(penalty);
        for (const column of [1, 3, 7]) {
          const ends = endsFrom(data, penalty, column);
          const before = objective(penalty, ends.before.beta);
          const { beta, isStrict } = ends.after;
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

  it("are tried once from a minimum that none lowers", () => {
    const { task, before, after } = endsFrom(chainedData(1), mcp({ gamma: 1.5 }), 3);
    assert.ok(after.certificate.objective < before.certificate.objective);
    const again = proximalNewton({ exchanges: 5 }).solve({ ...task, beta: after.beta });
    assert.equal(again.beta, after.beta);
    assert.equal(again.nIter, 0);
  });
});
