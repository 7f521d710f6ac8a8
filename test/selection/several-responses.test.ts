/** Resampling models of several responses: a feature is selected that has a coefficient in any of them. */
import assert from "node:assert/strict";
import { type Datafit, multinomial, SmoothGroupLasso, SmoothLasso, squaredError } from "../../src";
import { MultiResponseFit } from "../../src/estimators";
import { seededRandom } from "../../src/random/random";
import {
  type BootstrapInclusion,
  bootstrapInclusion,
  knockoffFilter,
  marginalFalseDiscovery,
  stabilitySelection,
} from "../../src/selection";
import { bootstrapCounts, complementaryHalves, strataOf } from "../../src/selection/resampling";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import type { Anything } from "../support/bad-input";
import { columnOf, severalResponses } from "../support/multi-response";

const { X, Y, labels } = severalResponses(7, 45, 5);
const n = X.length;
const ones = new Float64Array(n).fill(1);
const tasks = squaredError({ nResponses: 3 });
const names = ["ant", "bee", "cat"];
const pick = <T>(values: readonly T[], rows: readonly number[]): T[] => rows.map((i) => values[i]);
/** What the strata are drawn of: one response after the other. */
const indicators = Float64Array.from(names.flatMap((name) => labels.map((label) => Number(label === name))));

const cases: Readonly<Record<string, { model: SmoothLasso<Anything>; y: Anything[]; strata: Int32Array[] }>> =
  {
    tasks: {
      model: new SmoothLasso({ lambda: 0.3, datafit: tasks, tol: 1e-12 }),
      y: Y,
      strata: strataOf(Float64Array.from([0, 1, 2].flatMap((r) => columnOf(Y, r))), ones, tasks),
    },
    classes: {
      model: new SmoothLasso({ lambda: 0.06, datafit: multinomial(), tol: 1e-12 }),
      y: labels,
      strata: strataOf(indicators, ones, multinomial() as Datafit),
    },
  };

describe("strata of several responses", () => {
  it("are the classes, and for tasks all rows", () => {
    assert.deepEqual(
      cases.classes.strata.map((rows) => [...new Set(pick(labels, [...rows]))]).sort(),
      names.map((name) => [name]),
    );
    assert.deepEqual(
      cases.tasks.strata.map((rows) => rows.length),
      [n],
    );
  });
});

describe("the bootstrap of several responses", () => {
  for (const [kind, { model, y, strata }] of Object.entries(cases)) {
    it(`fits what copies of the drawn rows give, and counts features with any coefficient, for ${kind}`, () => {
      const found = bootstrapInclusion(model, X, y, {
        nBootstraps: 8,
        seed: 3,
      }) as BootstrapInclusion<MultiResponseFit>;
      const random = seededRandom(3);
      const samples = Array.from({ length: 8 }, (_, b) => {
        const counts = bootstrapCounts(strata, n, random);
        const rows = [...counts].flatMap((count, i) => new Array<number>(count).fill(i));
        const fit = model.fit(pick(X, rows), pick(y, rows)) as MultiResponseFit;
        fit.coefs.forEach((coef, r) => {
          assertAllClose(`sample ${b}, response ${r}`, found.coefs[b][r], coef, 1e-5);
        });
        assertAllClose(`intercepts ${b}`, found.intercepts[b], fit.intercepts, 1e-5);
        return fit;
      });
      for (let j = 0; j < 5; j++) {
        const including = samples.filter(({ support }) => support.includes(j));
        assertClose(`inclusion ${j}`, found.inclusion[j], including.length / 8, 1e-15);
        const signs = including.map(({ coefs }) => coefs.map((coef) => Math.sign(coef[j])).join());
        const most = Math.max(...signs.map((own) => signs.filter((other) => other === own).length));
        if (signs.length > 0) assertClose(`signs ${j}`, found.signConsistency[j], most / signs.length, 1e-15);
        found.quantile(1).forEach((largest, r) => {
          assertClose(`largest ${j}`, largest[j], Math.max(...samples.map(({ coefs }) => coefs[r][j])), 1e-5);
        });
      }
      assert.ok(found.fit instanceof MultiResponseFit);
      assert.ok(Math.min(...found.inclusion) < 1, "a case in which features differ");
      const { columns, rows } = found.summary();
      assert.deepEqual(columns.slice(0, 3), ["feature", "response", "coefficient"]);
      assert.equal(rows.length, 3 * found.inclusion.filter((share) => share > 0).length);
    });
  }

  it("of one column is that of one response, with an offset and weights", () => {
    const run = {
      sampleWeight: X.map((_, i) => 1 + (i % 2)),
      nBootstraps: 6,
    };
    const offset = X.map((_, i) => (i % 5) / 10);
    const alone = bootstrapInclusion(new SmoothLasso({ lambda: 0.3, tol: 1e-12 }), X, columnOf(Y, 0), {
      ...run,
      offset,
    });
    const datafit = squaredError({ nResponses: 1 });
    const one = bootstrapInclusion(
      new SmoothLasso({ lambda: 0.3, datafit, tol: 1e-12 }),
      X,
      Y.map(([y]) => [y]),
      { ...run, offset: offset.map((entry) => [entry]) },
    );
    assert.deepEqual(one.inclusion, alone.inclusion);
    assert.deepEqual(one.signConsistency, alone.signConsistency);
    alone.coefs.forEach((coef, b) => {
      assertAllClose(`sample ${b}`, one.coefs[b][0], coef, 1e-8);
      assertClose(`intercept ${b}`, one.intercepts[b][0], alone.intercepts[b], 1e-8);
    });
    assertAllClose("median", one.quantile(0.5)[0], alone.quantile(0.5), 1e-8);
  });

  it("includes the same features whatever the classes are called", () => {
    const renamed = labels.map((label) => ({ ant: 30, bee: 10, cat: 20 })[label] as number);
    const model = new SmoothGroupLasso({ groups: "rows", lambda: 0.08, datafit: multinomial(), tol: 1e-12 });
    const [found, other] = [labels, renamed].map((y) => bootstrapInclusion(model, X, y, { nBootstraps: 6 }));
    assert.deepEqual(other.inclusion, found.inclusion);
    assert.deepEqual([found.fit.classes, other.fit.classes], [names, [10, 20, 30]]);
    // bee, cat, ant
    [2, 0, 1].forEach((place, r) => {
      assertAllClose(`class ${r}`, other.coefs[2][place], found.coefs[2][r], 1e-6);
    });
  });
});

describe("stability selection of several responses", () => {
  for (const [kind, { model, y, strata }] of Object.entries(cases)) {
    it(`counts the halves in which a feature has entered in any of them, for ${kind}`, () => {
      const options = { q: 2, nPairs: 3, seed: 2, nLambdas: 12, lambdaMinRatio: 0.1 };
      const found = stabilitySelection(model, X, y, options);
      const random = seededRandom(2);
      const counts = Array.from(found.lambdas, () => new Array<number>(5).fill(0));
      for (let pair = 0; pair < 3; pair++) {
        for (const half of complementaryHalves(strata, n, random)) {
          const rows = [...half.keys()].filter((i) => half[i] === 1);
          const { fits } = model.path(pick(X, rows), pick(y, rows), { lambdas: found.lambdas });
          const entered: number[] = [];
          (fits as Anything as MultiResponseFit[]).forEach(({ coefs, support }, k) => {
            const strength = (j: number): number =>
              Math.hypot(...coefs.map((coef) => coef[j])) * spread(columnOf(X, j));
            const more = [...support].filter((j) => !entered.includes(j));
            entered.push(...more.sort((a, b) => strength(b) - strength(a)));
            for (const j of entered.slice(0, 2)) counts[k][j]++;
          });
        }
      }
      found.probabilitiesAlong.forEach((row, k) => {
        assertAllClose(
          `lambda ${k}`,
          row,
          counts[k].map((count) => count / 6),
          1e-15,
        );
      });
      assertAtMost(
        "at most q",
        found.probabilities.reduce((a, b) => a + b, 0),
        2,
      );
    });
  }

  it("of one column is that of one response, and takes offsets", () => {
    const options = { q: 2, nPairs: 3, nLambdas: 10 };
    const offset = X.map((_, i) => (i % 5) / 10);
    const alone = stabilitySelection(new SmoothLasso(), X, columnOf(Y, 0), { ...options, offset });
    const one = stabilitySelection(
      new SmoothLasso({ datafit: squaredError({ nResponses: 1 }) }),
      X,
      Y.map(([y]) => [y]),
      { ...options, offset: offset.map((entry) => [entry]) },
    );
    assertAllClose("lambdas", one.lambdas, alone.lambdas, 1e-12);
    assert.deepEqual(one.probabilities, alone.probabilities);
  });

  it("is not what knockoffs are compared by", () => {
    for (const [datafit, y] of [
      [tasks, Y],
      [multinomial(), labels],
    ] as const) {
      const estimator = new SmoothLasso({ datafit: datafit as Datafit });
      assert.throws(() => knockoffFilter(estimator, X, y), {
        name: "InputError",
        message: `knockoffFilter: the datafit of the estimator must be of one response, got "${datafit.name}"`,
      });
    }
  });

  it("is not what marginal false discovery rates know of", () => {
    assert.throws(() => marginalFalseDiscovery(new SmoothLasso({ datafit: tasks }) as Anything, X, Y), {
      name: "InputError",
      message:
        'marginalFalseDiscovery: the datafit of the estimator must be of one response, got "squaredError"',
    });
  });
});

function spread(column: readonly number[]): number {
  const mean = column.reduce((a, b) => a + b) / column.length;
  return Math.hypot(...column.map((x) => x - mean));
}
