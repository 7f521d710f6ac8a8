/** The way from one end of an exchange to the next, of solutions that a script gives. */
import assert from "node:assert/strict";
import type { Solution } from "../../../src/solvers";
import { isGain, localSearch } from "../../../src/solvers/coordinate/local-search";

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
