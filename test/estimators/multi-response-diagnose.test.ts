/** What is said of fits of several responses, and how well they find the truth. */
import assert from "node:assert/strict";
import {
  type Diagnosis,
  type DiagnosisTopic,
  diagnose,
  type FitOf,
  logistic,
  type MultiResponseDatafit,
  multinomial,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
  squaredError,
  supportRecovery,
  type Truth,
} from "../../src";
import { nullModelSolver } from "../../src/estimators/fit/solver-choice";
import { gradientDescent } from "../../src/optimizers";
import { seededRandom } from "../../src/random/random";
import { hadamardProduct } from "../../src/surrogate";
import { assertAtMost, assertClose } from "../support/assert-close";
import { columnOf, severalResponses } from "../support/multi-response";
import { orthogonalRows } from "../support/problems";
import { warningsOf } from "../support/warnings";

const { X, Y, labels } = severalResponses(3);
const tasks = squaredError({ nResponses: 3 });

function assertVerdict(diagnosis: Diagnosis, topic: DiagnosisTopic, verdict: string, advice?: RegExp): void {
  const item = diagnosis.of(topic);
  assert.equal(item?.verdict, verdict, `${topic}: ${item?.advice}`);
  if (advice) assert.match(item!.advice, advice);
}

describe("diagnose, of several responses,", () => {
  it("says of one column what it says of one response", () => {
    const make = [
      (options: object) => new SmoothLasso({ lambda: 0.3, ...options }),
      (options: object) => new SmoothBridge({ q: 0.5, lambda: 0.3, ...options }),
    ];
    for (const model of make) {
      const alone = diagnose(model({}).fit(X, columnOf(Y, 0)));
      const one = diagnose(
        model({ datafit: squaredError({ nResponses: 1 }) }).fit(
          X,
          Y.map(([y]) => [y]),
        ),
      );
      assert.deepEqual(
        one.items.map(({ topic, verdict }) => [topic, verdict]),
        alone.items.map(({ topic, verdict }) => [topic, verdict]),
      );
      one.items.forEach(({ value, topic }, k) => {
        if (topic !== "convergence" && topic !== "finite-time misalignment")
          assertClose(topic, value!, alone.items[k].value!, 1e-6);
      });
    }
  });

  it("finds nothing in tasks on orthogonal columns", () => {
    const y = orthogonalRows.map((row) => [3 * row[0] - row[1], 2 * row[0] + 2 * row[2]]);
    const datafit = squaredError({ nResponses: 2 });
    const fit = new SmoothGroupLasso({ groups: "rows", lambda: 0.5, datafit }).fit(orthogonalRows, y);
    const diagnosis = diagnose(fit, { truth: [0, 1, 2] });
    assert.ok(
      diagnosis.items.every(({ verdict }) => verdict === "fine"),
      String(diagnosis),
    );
    assertClose("columns", diagnosis.of("conditioning of the active columns")!.value!, 1, 1e-12);
    assert.match(diagnosis.of("data")!.advice, /^3 of 4 features have coefficients, and nothing/);
    assert.match(String(diagnosis), /^Diagnosis of SmoothGroupLasso, lambda = 0.5: no numerical problem\n/);
  });

  it("conditions two classes as the logistic loss does, by the differences between them", () => {
    const y = labels.map((label) => Number(label === "bee"));
    const classes = new SmoothGroupLasso({
      groups: "rows",
      lambda: 0.05,
      datafit: multinomial(),
      tol: 1e-13,
    });
    const expected = new SmoothLasso({ lambda: 0.05 / Math.SQRT2, datafit: logistic(), tol: 1e-13 });
    const [fit, alone] = [classes.fit(X, y), expected.fit(X, y)];
    assert.deepEqual(fit.support, alone.support);
    const [value, other] = [fit, alone].map(
      (each) => diagnose(each).of("conditioning of the active columns")!.value!,
    );
    assertClose("condition", value / other, 1, 1e-6);
  });

  it("does not take what classes share for bad conditioning, with an offset and weights or without", () => {
    const run = {
      sampleWeight: X.map((_, i) => 1 + (i % 3)),
      offset: X.map((_, i) => [0.1 * (i % 2), 0, 0]),
    };
    for (const options of [{}, run]) {
      for (const model of [
        new SmoothGroupLasso({ groups: "rows", lambda: 0.02, datafit: multinomial() }),
        new SmoothElasticNet({ l1Ratio: 0.1, lambda: 0.02, datafit: multinomial() }),
      ]) {
        const fit = model.fit(X, labels, options);
        assert.ok(
          [...fit.support].some((j) => fit.coefs.every((coef) => coef[j] !== 0)),
          "a feature of all classes",
        );
        const diagnosis = diagnose(fit);
        assertVerdict(diagnosis, "conditioning of the active columns", "fine");
        assertAtMost("condition", diagnosis.of("conditioning of the active columns")!.value!, 1e5);
      }
    }
  });

  it("names columns that are nearly copies, with their response", () => {
    const random = seededRandom(1);
    const table = {
      a: columnOf(X, 0),
      again: columnOf(X, 0).map((entry) => entry * (1 + 1e-4 * random.normal())),
      b: columnOf(X, 1),
    };
    const frame = { height: columnOf(Y, 1), weight: columnOf(Y, 0) };
    const model = new SmoothElasticNet({
      l1Ratio: 0.2,
      lambda: 0.05,
      datafit: squaredError({ nResponses: 2 }),
    });
    const copies = /^"a" of "(height|weight)" and "again" of "\1" are nearly copies/;
    assertVerdict(diagnose(model.fit(table, frame)), "conditioning of the active columns", "look", copies);
  });

  it("counts zeros in the basin of zero and the smallest magnitude over all responses that no penalty joins", () => {
    const options = { parametrization: hadamardProduct({ depth: 4 }), lambda: 0.2 };
    const valuesOf = (topic: DiagnosisTopic, solver?: typeof nullModelSolver): [number, number[]] => {
      const own = { ...options, ...(solver && { solver }) };
      const fit = new SparseLinearModel({ ...own, datafit: tasks }).fit(X, Y);
      const alone = [0, 1, 2].map((r) => new SparseLinearModel(own).fit(X, columnOf(Y, r)));
      return [diagnose(fit).of(topic)!.value!, alone.map((each) => diagnose(each).of(topic)!.value!)];
    };
    let [stuck, each]: [number, number[]] = [0, []];
    // A null model in which a coefficient could gain has not converged.
    const warnings = warningsOf(() => {
      [stuck, each] = valuesOf("basin of zero", nullModelSolver);
    });
    assert.ok(warnings.every((warning) => /one step could gain/.test(warning)));
    // What counts is a share of the null deviance, here of all tasks together.
    assert.ok(stuck > 0);
    assert.equal(
      stuck,
      each.reduce((a, b) => a + b, 0),
    );
    const [smallest, alone] = valuesOf("minimum magnitude");
    assertClose("smallest", smallest, Math.min(...alone), 1e-4);
  });

  it("says that maxIter was used up, and when a response has as many coefficients as samples", () => {
    let fit!: FitOf<MultiResponseDatafit>;
    const warnings = warningsOf(() => {
      const solver = gradientDescent({ step: 0.01 });
      fit = new SmoothLasso({ lambda: 0.01, datafit: tasks, solver, maxIter: 3 }).fit(X, Y);
    });
    assert.equal(warnings.length, 1);
    assertVerdict(diagnose(fit), "convergence", "look", /^maxIter was used up before the duality gap/);
    const few = severalResponses(5, 8, 12);
    const full = new SmoothElasticNet({ l1Ratio: 0.01, lambda: 1e-3, datafit: tasks }).fit(few.X, few.Y);
    assertVerdict(diagnose(full), "data", "look", /^a response has as many coefficients as samples \(8\)/);
  });
});

describe("supportRecovery, of several responses,", () => {
  const fit = new SmoothLasso({ lambda: 0.2, datafit: tasks }).fit(X, Y);

  it("selects a feature that has a coefficient in any of them, and compares all coefficients", () => {
    assert.equal(supportRecovery(fit, [...fit.support]).f1, 1);
    assert.deepEqual(supportRecovery(fit, fit), {
      precision: 1,
      recall: 1,
      f1: 1,
      wrongSigns: 0,
      l2Error: 0,
    });
    const turned = supportRecovery(fit, { coefs: fit.coefs.map((coef) => coef.map((b) => -b)) });
    const nonZero = fit.coefs.reduce((count, coef) => count + coef.filter((b) => b !== 0).length, 0);
    assert.deepEqual([turned.f1, turned.wrongSigns], [1, nonZero]);
    assertClose(
      "distance",
      turned.l2Error!,
      2 * Math.hypot(...fit.coefs.flatMap((coef) => [...coef])),
      1e-12,
    );
  });

  it("does not see a constant that all classes share", () => {
    const classes = new SmoothLasso({ lambda: 0.03, datafit: multinomial() }).fit(X, labels);
    const shifted = classes.coefs.map((coef) => coef.map((b, j) => b + (j % 2) * 5));
    const { wrongSigns, l2Error, f1 } = supportRecovery(classes, { coefs: shifted });
    assert.deepEqual([wrongSigns, f1], [0, 1]);
    assertAtMost("distance", l2Error!, 1e-12);
    assert.equal(diagnose(classes, { truth: { coefs: shifted } }).recovery!.f1, 1);
  });

  it("refuses a truth of other responses, in one sentence", () => {
    const features =
      "features by index or name, or { coefs } with a list of one number a feature for each response";
    const refusals: readonly (readonly [unknown, string])[] = [
      [{ coef: [1, 2, 3, 4, 5, 6] }, `truth must be ${features}, got an object`],
      [{ coefs: fit.coefs.slice(1) }, "truth.coefs must be 3 lists, one a response, got an array of 2"],
      [{ coefs: [[1], [2], [3]] }, "truth.coefs[0] must be 6 numbers, one a feature, got an array of 1"],
      [["x9"], 'truth[0] must be a feature, by name or an index below 6, got "x9"'],
    ];
    for (const [truth, message] of refusals) {
      assert.throws(() => supportRecovery(fit, truth as Truth), {
        name: "InputError",
        message: `supportRecovery: ${message}`,
      });
    }
  });
});
