import assert from "node:assert/strict";
import {
  type Diagnosis,
  type DiagnosisTopic,
  diagnose,
  fitFromJSON,
  gradientDescent,
  logistic,
  SmoothBridge,
  SmoothElasticNet,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
} from "../../../src";
import { nullModelSolver } from "../../../src/estimators/fit/solver-choice";
import { seededRandom } from "../../../src/random/random";
import { groupHadamardProduct, hadamardProduct, minimumMagnitude } from "../../../src/surrogate";
import { assertClose } from "../../support/assert-close";
import { linearData, orthogonalRows } from "../../support/problems";
import { warningsOf } from "../../support/warnings";

const signs = orthogonalRows;
/** A response with these least squares coefficients. */
const responseOf = (coef: readonly number[]): number[] =>
  signs.map((row) => row.reduce((sum, x, j) => sum + x * coef[j], 0));

/** A fit, whose warning is part of what is looked at. */
function quietly(run: () => SparseLinearFit): SparseLinearFit {
  let fit!: SparseLinearFit;
  warningsOf(() => {
    fit = run();
  });
  return fit;
}

function assertVerdict(diagnosis: Diagnosis, topic: DiagnosisTopic, verdict: string, advice?: RegExp): void {
  const item = diagnosis.of(topic);
  assert.equal(item?.verdict, verdict, `${topic}: ${item?.advice}`);
  if (advice) assert.match(item!.advice, advice);
}

describe("diagnose", () => {
  it("finds nothing in a lasso on orthogonal columns, and states how they and the surrogate are conditioned", () => {
    const fit = new SmoothLasso({ lambda: 0.5, tol: 1e-12 }).fit(signs, responseOf([3, -1, 0.2, 0]));
    const diagnosis = diagnose(fit);
    assert.deepEqual(
      diagnosis.items
        .map(({ topic, verdict }) => [topic, verdict])
        .filter(([, verdict]) => verdict !== "fine"),
      [],
    );
    assertClose("columns", diagnosis.of("conditioning of the active columns")!.value!, 1, 1e-12);
    // Soft thresholding leaves 2.5 and -0.5, and D = diag(2 sqrt|beta|).
    assertClose("surrogate", diagnosis.of("conditioning of the surrogate")!.value!, 5, 1e-9);
    assert.equal(diagnosis.of("basin of zero"), undefined);
    assert.match(diagnosis.toString(), /^Diagnosis of SmoothLasso, lambda = 0.5: no numerical problem\n/);
  });

  it("says that maxIter was used up, and that factors are not balanced yet", () => {
    const solver = gradientDescent({ step: 0.01 });
    const { X, y } = linearData(1, 30, 60);
    const fit = quietly(() => new SmoothLasso({ lambda: 0.01, solver, maxIter: 3 }).fit(X, y));
    const diagnosis = diagnose(fit);
    assertVerdict(diagnosis, "convergence", "look", /^maxIter was used up before the duality gap/);
    assert.equal(
      diagnosis.of("convergence")!.value,
      fit.certificate.dualityGap! / fit.nullDeviance!,
      "a share, as tol is",
    );
    assertVerdict(diagnosis, "finite-time misalignment", "look", /before its factors were balanced/);
    const scale = (j: number): number => {
      const center = X.reduce((sum, row) => sum + row[j], 0) / 30;
      return Math.sqrt(X.reduce((sum, row) => sum + (row[j] - center) ** 2, 0) / 30);
    };
    const norm = fit.coef.reduce((sum, b, j) => sum + scale(j) * Math.abs(b), 0);
    const { value } = diagnosis.of("finite-time misalignment")!;
    assertClose("share", value!, fit.certificate.misalignment / norm, 1e-12);
    assert.match(diagnosis.toString(), /: 5 things to look at\n/);
  });

  it("counts the zeros that are held by the basin of zero alone, by the exact threshold of a bridge", () => {
    // Alone |b|^(1/2) is best away from zero above (3/2) lambda^(2/3): 0.5130 at 0.2.
    const y = responseOf([3, -0.6, 0.52, 0.5]);
    const bridge = { parametrization: hadamardProduct({ depth: 4 }), lambda: 0.2 };
    const stuck = quietly(() => new SparseLinearModel({ ...bridge, solver: nullModelSolver }).fit(signs, y));
    const diagnosis = diagnose(stuck);
    assert.equal(diagnosis.of("basin of zero")!.value, 3);
    assertVerdict(
      diagnosis,
      "basin of zero",
      "look",
      /^3 zeros, "x0" the first, are stuck in the basin of zero/,
    );
    const free = diagnose(new SparseLinearModel(bridge).fit(signs, y));
    assert.equal(free.of("basin of zero")!.value, 0);
    assertVerdict(free, "basin of zero", "fine");
    const groups = { parametrization: groupHadamardProduct([0, 0, 1, 1], { depth: 4 }), lambda: 0.2 };
    const grouped = quietly(() =>
      new SparseLinearModel({ ...groups, solver: nullModelSolver }).fit(signs, y),
    );
    assert.equal(diagnose(grouped).of("basin of zero")!.value, 2);
  });

  it("says how far apart starts ended, and that the objective is not convex there", () => {
    const { X, y } = linearData(5, 40, 80, 1.5);
    const model = new SmoothBridge({ q: 0.5, lambda: 0.1, search: "thorough" });
    const fit = model.fit(X, y);
    const ends = fit.starts.map(({ objective }) => objective);
    const item = diagnose(fit).of("spread over starts")!;
    assert.equal(item.value, Math.max(...ends) - Math.min(...ends));
    assert.match(item.advice, /^\d of \d starts end here and others up to \S+ % of the null deviance higher/);
    const alike = diagnose(model.fit(signs, responseOf([3, 1, 0, 0])));
    assertVerdict(alike, "spread over starts", "fine", /^all \d starts end alike$/);
    assertVerdict(alike, "local convexity", "fine");
    assert.equal(
      diagnose(model.withParams({ search: "quick" }).fit(X, y)).of("spread over starts"),
      undefined,
    );
  });

  it("names columns that are nearly copies", () => {
    const random = seededRandom(1);
    const { X, y } = linearData(1, 40, 3);
    const names = ["a", "b", "c", "again"];
    const table = Object.fromEntries(
      names.map((name, j) => [name, X.map((row) => (j < 3 ? row[j] : row[0] + 0.001 * random.normal()))]),
    );
    const fit = new SmoothElasticNet({ l1Ratio: 0.5, lambda: 0.1 }).fit(table, y);
    assert.ok(fit.coef[0] !== 0 && fit.coef[3] !== 0);
    const copies = /^"a" and "again" are nearly copies/;
    assertVerdict(diagnose(fit), "conditioning of the active columns", "look", copies);
  });

  it("measures coefficients by the smallest magnitude of a local minimum, below which none is", () => {
    const [q, lambda] = [0.5, 0.3];
    const bound = minimumMagnitude(q, lambda, { curvature: 1 });
    const fit = new SmoothBridge({ q, lambda, tol: 1e-10 }).fit(signs, responseOf([3, 1.2, 0, 0]));
    const { value, verdict } = diagnose(fit).of("minimum magnitude")!;
    assertClose("smallest", value!, fit.coef[1] / bound, 1e-9);
    assert.equal(verdict, "fine");
    const init = new SmoothLasso({ lambda: 0 }).fit(signs, responseOf([1.02 * bound, 0, 0, 0]));
    const options = { q, lambda, init, solver: nullModelSolver };
    const barely = quietly(() => new SmoothBridge(options).fit(signs, responseOf([3, 0, 0, 0])));
    const item = diagnose(barely).of("minimum magnitude")!;
    assertClose("smallest", item.value!, 1.02, 1e-6);
    assert.match(item.advice, /^"x0" is at the smallest magnitude/);
    assert.equal(diagnose(init).of("minimum magnitude"), undefined);
  });

  it("tells what needs the data where a fit came without them, and the rest", () => {
    const { X, y } = linearData(5, 40, 80, 1.5);
    const fit = new SmoothBridge({ q: 0.5, lambda: 0.1, search: "thorough" }).fit(X, y);
    const diagnosis = diagnose(fitFromJSON(JSON.stringify(fit)));
    const needs = diagnosis.items.filter(({ verdict }) => verdict === "needs the data");
    assert.deepEqual(
      needs.map(({ topic, value }) => [topic, value]),
      [
        ["basin of zero", undefined],
        ["local convexity", undefined],
        ["finite-time misalignment", undefined],
        ["conditioning of the active columns", undefined],
      ],
    );
    assertVerdict(diagnosis, "convergence", "fine");
    assert.equal(diagnosis.of("spread over starts")!.value, diagnose(fit).of("spread over starts")!.value);
  });

  it("tells of a column that could have the coefficient of an equal one", () => {
    const [X, y] = [[1, 2, 3, 4].map((x) => [x, x, (x - 2) ** 2]), [1, 2, 3, 5]];
    const equal = /^"x0" and "x1" are equal as scaled, so which of them has the coefficient is arbitrary/;
    const found = diagnose(new SmoothLasso({ lambda: 0.1 }).fit(X, y));
    assertVerdict(found, "data", "look", equal);
    const weighted = diagnose(new SmoothLasso({ lambda: 0.1, penaltyFactors: [1, 2, 1] }).fit(X, y));
    assertVerdict(weighted, "data", "fine");
    const bounded = {
      lambda: 0.1,
      bounds: [
        [0, Infinity],
        [0, 0],
        [0, Infinity],
      ] as [number, number][],
    };
    assertVerdict(diagnose(new SmoothLasso(bounded).fit(X, y)), "data", "fine");
  });

  it("passes on what is known of the data, and when there are as many coefficients as samples", () => {
    const table = { flat: [1, 1, 1, 1], x: [1, 2, 3, 4] };
    const constant = diagnose(new SmoothLasso({ lambda: 0.1 }).fit(table, [1, 2, 4, 3]));
    assertVerdict(constant, "data", "look", /"flat" is constant/);
    const adapted = new SmoothLasso({ lambda: 0.1, adaptive: true }).fit(signs, responseOf([3, -1, 0.2, 0]));
    const made = /nothing about the data stands out; the penalty is adapted to the fit/;
    assertVerdict(diagnose(adapted), "data", "fine", made);
    const separable = quietly(() =>
      new SmoothLasso({ lambda: 0, datafit: logistic() }).fit([[1], [2], [3], [4]], [0, 0, 1, 1]),
    );
    const endless = diagnose(separable);
    assertVerdict(endless, "convergence", "look", /^no finite coefficients are best/);
    assertVerdict(endless, "data", "look", /as with separable classes/);
    const { X, y } = linearData(1, 6, 20);
    const full = new SmoothElasticNet({ l1Ratio: 0.1, lambda: 1e-3 }).fit(X, y);
    assertVerdict(diagnose(full), "data", "look", /as many coefficients as samples \(6\)/);
  });

  it("says how well the truth was found, as supportRecovery does", () => {
    const fit = new SmoothLasso({ lambda: 0.5 }).fit(signs, responseOf([3, -1, 0.2, 0]));
    const diagnosis = diagnose(fit, { truth: [0, 2] });
    assert.deepEqual(diagnosis.recovery, {
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
      wrongSigns: undefined,
      l2Error: undefined,
    });
    assertVerdict(diagnosis, "support recovery", "look", /^precision 0.5 and recall 0.5: /);
    assertVerdict(diagnose(fit, { truth: ["x0", "x1"] }), "support recovery", "fine");
  });

  it("refuses what is no fit and options it does not know", () => {
    const fit = new SmoothLasso({ lambda: 0.5 }).fit(signs, responseOf([3, -1, 0.2, 0]));
    const bad = (run: () => unknown, message: string): void =>
      assert.throws(run, { name: "InputError", message });
    bad(() => diagnose({} as SparseLinearFit), "diagnose: fit must be a fit of this library, got an object");
    bad(
      () => diagnose(fit, { thruth: [0] } as object),
      'diagnose: every option must be one of truth, got "thruth"; did you mean "truth"?',
    );
  });
});
