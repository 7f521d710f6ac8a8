import assert from "node:assert/strict";
import {
  cox,
  type Datafit,
  logistic,
  multinomial,
  poisson,
  squaredError,
  squaredHinge,
} from "../../src/datafits";
import type { TargetInput } from "../../src/design/design-input";
import { fitOnSupport, SmoothLasso, type SparseLinearFit, SparseLinearModel } from "../../src/estimators";
import { sentenceOf } from "../../src/estimators/notes";
import { groupMcp, groupScad, isGroupwise, l1, mcp, type Penalty, scad } from "../../src/penalties";
import { profileAt } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import { isLossUnbounded, isUnboundedWherePenaltyIsFlat } from "../../src/solvers/unboundedness";
import { assertAllClose, assertClose } from "../support/assert-close";
import { datafitCases } from "../support/datafit-cases";
import { monotonePart } from "../support/linear-program";
import { linearData, problemOf } from "../support/problems";
import { warningsOf } from "../support/warnings";

const flatNote = sentenceOf({ code: "unbounded-where-flat" });
const unboundedNote = sentenceOf({ code: "unbounded" });

const data = linearData(7, 40, 6);

describe("a loss that falls without end", () => {
  for (const { datafit, draw, saturating, factory } of datafitCases) {
    if (datafit.nResponses > 1) continue;
    const y = draw(30, 2);
    const problem = { ...problemOf(data), datafit, target: y };
    const unbounded = factory === "logistic" || factory === "cox";

    it(`is ${unbounded ? "" : "not "}seen where ${datafit.name} is saturated, and never where it is not`, () => {
      const falls = (eta: Float64Array): boolean => isLossUnbounded(problem, eta, true);
      assert.equal(falls(saturating(y)), unbounded);
      assert.equal(falls(new Float64Array(30)), false);
      assert.equal(falls(saturating(y).map((entry) => -0.1 * entry)), false);
    });
  }

  it("is seen of counts that are all 0, and advice is one sentence", () => {
    const zeros = { ...problemOf(data), datafit: poisson(), target: new Float64Array(40) };
    assert.ok(isLossUnbounded(zeros, new Float64Array(40).fill(-30), true));
    assert.ok(!isLossUnbounded({ ...zeros, datafit: squaredError() }, new Float64Array(40), true));
    assert.ok(!unboundedNote.includes("\n") && !unboundedNote.endsWith("."));
  });

  // By Albert and Anderson (1984) there is no finite answer where a direction puts no row on the wrong side and some apart.
  const rows = linearData(3, 60, 3).X;
  const flag = rows.map((_, i) => (i % 6 === 1 ? 1 : 0));
  const flagged = rows.map((row, i) => [...row, flag[i]]);
  const inPart: Readonly<Record<string, readonly [Datafit, TargetInput]>> = {
    "two classes, one alone where a flag is set": [logistic(), flag.map((f, i) => (f || i % 2 ? "b" : "a"))],
    "counts that are 0 where it is set": [poisson(), flag.map((f, i) => (f ? 0 : i % 4))],
    "events that all come first where it is set": [cox(), flag.map((f, i) => [f ? 1 + i / 100 : 2 + i, 1])],
    "three classes, one never where it is set": [multinomial(), flag.map((f, i) => (f ? i % 2 : i % 3))],
  };
  for (const [what, [datafit, y]] of Object.entries(inPart)) {
    it(`is seen in part of the rows, of ${what}, with the flag free or all features`, () => {
      for (const options of [
        { lambda: 0.01, penaltyFactors: [1, 1, 1, 0] },
        { lambda: 0, maxIter: 300 },
      ]) {
        const warnings = warningsOf(() => {
          const fit = new SmoothLasso({ datafit: datafit as ReturnType<typeof logistic>, ...options }).fit(
            flagged,
            y,
          );
          assert.equal(fit.status, "stalled");
          assert.equal(fit.notes.filter((note) => note === unboundedNote).length, 1);
          assert.ok(!fit.notes.some((note) => note.startsWith("the response leaves nothing")));
        });
        assert.equal(warnings.length, 1);
        assert.ok(warnings[0].includes(unboundedNote));
      }
    });
  }

  it("is not seen where every row has either label, however rare and however far out", () => {
    for (const rarity of [1, 1e-3, 1e-6]) {
      for (const reach of [1, 1e2, 1e4]) {
        const X = rows.map((row, i) => [row[0], row[1], i === 5 ? reach : row[2], flag[i]]);
        const sampleWeight = [...X.map(() => 1), ...X.map((_, i) => (flag[i] ? rarity : 0.5))];
        const labels = [
          ...X.map((_, i) => (flag[i] || i % 2 ? 1 : 0)),
          ...X.map((_, i) => (flag[i] || i % 2 ? 0 : 1)),
        ];
        const fit = fitOnSupport([...X, ...X], labels, [0, 1, 2, 3], { datafit: logistic(), sampleWeight });
        assert.deepEqual([fit.status, fit.notes], ["converged", []], `${rarity}, ${reach}`);
      }
    }
  });

  it("is not seen of counts with an offset far from 0, for which the intercept makes up", () => {
    const { X, y } = linearData(5, 80, 4);
    const counts = y.map((value) => Math.max(0, Math.round(2 + value)));
    for (const penalty of [l1(), mcp()]) {
      const model = new SparseLinearModel({ penalty, datafit: poisson(), lambda: 0.1 });
      const near = model.fit(X, counts);
      for (const exposure of [20, 30, 40, 50, -50]) {
        const fit = model.fit(X, counts, { offset: counts.map(() => exposure) });
        assert.deepEqual([fit.status, fit.notes], ["converged", []], `${penalty.name}, ${exposure}`);
        assertAllClose("coefficients", fit.coef, near.coef, 1e-6);
        assertClose("intercept", fit.intercept + exposure, near.intercept, 1e-6);
      }
    }
  });

  it("is not seen of a hinge, which classes apart in part bring to zero", () => {
    const y = flag.map((f, i) => (f || i % 2 ? 1 : 0));
    assert.equal(fitOnSupport(flagged, y, [0, 1, 2, 3], { datafit: squaredHinge() }).status, "converged");
  });

  it("is no matter of columns that only rows of weight 0 have", () => {
    const y = rows.map((_, i) => i % 2);
    const sampleWeight = flag.map((f) => 1 - f);
    const fit = new SmoothLasso({ datafit: logistic(), lambda: 0, standardize: false }).fit(flagged, y, {
      sampleWeight,
    });
    assert.ok(!fit.notes.includes(unboundedNote));
  });

  // Twice the coefficients cost the same beyond gamma lambda, and explain more: there is no minimum, whatever the tolerance.
  const apart = [
    [1, 0.2],
    [2, -0.1],
    [1.5, 0.7],
    [-1, 0.1],
    [-2, 0.3],
    [-1.2, -0.4],
  ]; // prettier-ignore
  const flatCases: Readonly<
    Record<string, readonly [Datafit, readonly number[][], readonly (number | string)[]]>
  > = {
    "classes apart": [logistic(), apart, ["a", "a", "a", "b", "b", "b"]],
    "three classes apart": [
      multinomial(),
      Array.from({ length: 9 }, (_, i) => [Number(i % 3 === 0), Number(i % 3 === 1), (i * 7) % 5]),
      Array.from({ length: 9 }, (_, i) => "abc"[i % 3]),
    ],
    "classes apart in part": [logistic(), flagged, flag.map((f, i) => (f || i % 2 ? "b" : "a"))],
    "counts that are 0 where a flag is set": [poisson(), flagged, flag.map((f, i) => (f ? 0 : 3 + (i % 4)))],
  };
  /** SCAD and MCP of the coefficients of each response, and of their pairs. */
  const foldedOf = (nFeatures: number, nResponses: number): readonly Penalty[] => {
    const pairs = Array.from(
      { length: nFeatures * nResponses },
      (_, k) => `${Math.floor(k / nFeatures)} ${Math.floor((k % nFeatures) / 2)}`,
    );
    return [scad(), mcp(), groupScad(pairs), groupMcp(pairs)];
  };
  for (const [what, [datafit, X, y]] of Object.entries(flatCases)) {
    it(`is seen where SCAD and MCP, of coefficients and of groups, are flat: ${what}`, () => {
      for (const penalty of foldedOf(X[0].length, what === "three classes apart" ? 3 : 1)) {
        for (const tol of isGroupwise(penalty) ? [1e-4] : [1e-4, 1e-7]) {
          const given = { penalty, datafit: datafit as ReturnType<typeof logistic>, lambda: 0.02, tol };
          const warnings = warningsOf(() => {
            // Rows that hold the others back make the way to infinity long; a part of it is enough.
            const model = new SparseLinearModel({ ...given, standardize: false, maxIter: 2000 });
            const fit = model.fit(X, y);
            assert.equal(fit.status, "stalled");
            assert.ok(fit.notes.includes(flatNote));
          });
          assert.equal(warnings.length, 1);
          assert.ok(warnings[0].includes(flatNote));
        }
      }
    });
  }

  it("ends long before its iterations are used up where a penalty is flat and only part of the rows falls without end", () => {
    const waves = Array.from({ length: 60 }, (_, i) => [i % 3 === 0 ? 1 : 0, Math.sin(i), Math.cos(3 * i)]);
    const counts = waves.map(([none, wave], i) =>
      none === 1 ? 0 : Math.round(Math.exp(1 + wave) + (i % 2)),
    );
    warningsOf(() => {
      const fit = new SparseLinearModel({ penalty: mcp(), datafit: poisson(), lambda: 0.1 }).fit(
        waves,
        counts,
      );
      assert.deepEqual([fit.status, fit.notes], ["stalled", [flatNote]]);
      assert.ok(fit.nIter < 10_000, `${fit.nIter} iterations of all starts`); // up to 10 000 from each
      // What is left of the mean of the rows without counts is what the descent did not wait for.
      const gone = waves.reduce((sum, row) => sum + (row[0] === 1 ? fit.predict([row])[0] : 0), 0) / 60;
      assert.ok(gone < 1e-4, `${gone}`);
    });
  });

  it("is seen of Cox's loss just where a linear program finds a monotone likelihood, after few iterations", async () => {
    let [nUnbounded, nIter] = [0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const { uniform, normal } = seededRandom(seed);
      const isOfLevels = seed % 2 === 1;
      const entry = (): number => (isOfLevels ? Math.floor(3 * uniform()) : normal());
      const X = Array.from({ length: 10 }, () => Array.from({ length: 8 }, entry));
      const times = X.map(() => (1 + Math.floor(6 * uniform())) * (uniform() < 0.3 ? -1 : 1));
      const lambda = [0.3, 0.1, 0.05, 0.02][seed % 4];
      for (const unit of [1, 1e-3]) {
        const scaled = X.map((row) => row.map((x) => x * unit));
        let fit = {} as SparseLinearFit;
        warningsOf(() => {
          fit = new SparseLinearModel({ penalty: mcp(), datafit: cox(), lambda }).fit(scaled, times);
        });
        const columns = X.map((row) => Array.from(fit.support, (j) => row[j]));
        const apart = fit.support.length === 0 ? 0 : await monotonePart(columns, times);
        assert.equal(fit.hasNoMinimizer, apart > 1e-6, `${seed}: ${apart}, ${fit.status}`);
        assert.notEqual(fit.status, "max-iter", `${seed}`);
        nIter += fit.nIter;
        nUnbounded += apart > 1e-6 ? 1 : 0;
      }
    }
    assert.ok(nUnbounded > 20 && nUnbounded < 70, `${nUnbounded} of 80`);
    // Up to 10 000 from each of some five starts are allowed, 4 000 000 in all.
    assert.ok(nIter < 150_000, `${nIter} iterations of all starts of 80 fits`);
  });

  it("is seen on the way to infinity however far out", () => {
    const classes = Float64Array.of(1, 1, 1, 0, 0, 0);
    const problem = { ...problemOf({ X: apart, y: [...classes] }, mcp()), datafit: logistic() };
    for (const times of [1, 1e3, 1e6, 1e9, 1e12]) {
      const beta = Float64Array.of(10 * times, 0);
      const profile = profileAt(problem, beta, new Float64Array(0));
      assert.ok(isUnboundedWherePenaltyIsFlat(problem, 0.1, { beta, profile }), `${times}`);
      assert.ok(
        !isUnboundedWherePenaltyIsFlat({ ...problem, datafit: squaredError() }, 0.1, { beta, profile }),
      );
      const overlapping = { ...problem, target: Float64Array.of(1, 0, 1, 0, 1, 0) };
      assert.ok(
        !isUnboundedWherePenaltyIsFlat(overlapping, 0.1, {
          beta,
          profile: profileAt(overlapping, beta, profile.psi),
        }),
      );
    }
  });

  it("leaves the cost of the flat part, (gamma + 1) lambda^2 / 2 of SCAD and gamma lambda^2 / 2 of MCP, and ends soon", () => {
    const y = ["a", "a", "a", "b", "b", "b"];
    const lambda = 0.05;
    for (const [penalty, least] of [
      [scad(), (4.7 / 2) * lambda ** 2],
      [mcp(), (3 / 2) * lambda ** 2],
    ] as const) {
      warningsOf(() => {
        const fit = new SparseLinearModel({ penalty, datafit: logistic(), lambda }).fit(apart, y);
        assert.equal(fit.support.length, 1);
        const { objective } = fit.certificate;
        const loss = apart.reduce((sum, row, i) => {
          const eta = fit.intercept + row[0] * fit.coef[0] + row[1] * fit.coef[1];
          return sum + Math.log1p(Math.exp(y[i] === "b" ? -eta : eta)) / 6;
        }, 0);
        assert.ok(Math.abs(objective - loss - least) <= 1e-12, `${objective}`);
        assert.ok(loss < 1e-3 * least);
        assert.ok(fit.nIter < 5000, `${fit.nIter} iterations`);
      });
    }
  });

  it("is on the ray from a fit with group SCAD, where the objective falls as the norm grows and no point is a minimum", () => {
    const y = ["a", "a", "a", "b", "b", "b"];
    const [lambda, gamma] = [0.05, 3.7];
    // The penalty as Fan and Li (2001) define it, of the norm of the only group.
    const scadOf = (b: number): number => {
      if (b <= lambda) return lambda * b;
      if (b >= gamma * lambda) return ((gamma + 1) * lambda ** 2) / 2;
      return (2 * gamma * lambda * b - b ** 2 - lambda ** 2) / (2 * (gamma - 1));
    };
    for (const tol of [1e-4, 1e-7]) {
      warningsOf(() => {
        const model = {
          penalty: groupScad(["g", "g"]),
          datafit: logistic(),
          lambda,
          tol,
          standardize: false,
        };
        const fit = new SparseLinearModel(model).fit(apart, y);
        const objectiveAt = (times: number): number => {
          const [intercept, first, second] = [fit.intercept, ...fit.coef].map((entry) => times * entry);
          return apart.reduce(
            (sum, row, i) => {
              const eta = intercept + row[0] * first + row[1] * second;
              return sum + Math.log1p(Math.exp(y[i] === "b" ? -eta : eta)) / 6;
            },
            scadOf(Math.hypot(first, second)),
          );
        };
        assert.ok(Math.abs(fit.certificate.objective - objectiveAt(1)) <= 1e-12);
        for (const times of [1, 1.1, 1.2, 1.3]) {
          assert.ok(objectiveAt(times + 0.1) < objectiveAt(times), `${times + 0.1} times the coefficients`);
        }
        assert.equal(fit.status, "stalled");
        assert.ok(fit.notes.includes(flatNote));
        assert.ok(fit.nIter < 5000, `${fit.nIter} iterations`);
      });
    }
  });

  it("is not seen of SCAD and MCP where classes overlap, or lambda keeps the coefficients from the flat part", () => {
    const y = rows.map((row, i) => (row[0] + Math.sin(5 * i) > 0 ? 1 : 0));
    const [ofThree, ofTwo] = [foldedOf(3, 1), foldedOf(2, 1)];
    for (const [k, penalty] of ofThree.entries()) {
      const path = new SparseLinearModel({ penalty, datafit: logistic() }).path(rows, y, { nLambdas: 6 });
      for (const fit of path.fits) assert.deepEqual([fit.status, fit.hasNoMinimizer], ["converged", false]);
      const model = new SparseLinearModel({ penalty: ofTwo[k], datafit: logistic(), lambda: 1 });
      assert.equal(model.fit(apart, ["a", "a", "a", "b", "b", "b"]).status, "converged");
    }
  });

  it("ends a path of SCAD and MCP before its grid, and the table of the path says where", () => {
    const y = ["a", "a", "a", "b", "b", "b"];
    for (const penalty of foldedOf(2, 1)) {
      const [warning] = warningsOf(() => {
        const path = new SparseLinearModel({ penalty, datafit: logistic() }).path(apart, y, { nLambdas: 40 });
        assert.ok(path.fits.length < 40);
        assert.ok(path.devianceRatio.at(-1)! > 0.999);
        assert.equal(path.fits.at(-1)!.status, "stalled");
        assert.match(path.summary().toString(), /, where 99\.9 % of the deviance is explained\n/);
      });
      assert.ok(warning.includes(flatNote));
    }
  });
});
