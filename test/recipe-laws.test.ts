/** What every factory of the library makes can be made again from JSON, by the recipe it carries. */
import assert from "node:assert/strict";
import { libraryParts } from "../src/estimators/named/read-estimator";
import * as optimizers from "../src/optimizers";
import { lbfgs, minimize } from "../src/optimizers";
import * as parametrizations from "../src/parametrizations";
import { hadamardProduct } from "../src/parametrizations";
import * as penalties from "../src/penalties";
import { elasticNet, type Penalty, scad } from "../src/penalties";
import * as initializations from "../src/problem/initialization";
import { seededRandom } from "../src/random/random";
import { fromPlain, recipeOf, toPlain } from "../src/recipe";
import * as solvers from "../src/solvers";
import { type Solver, surrogateDescent, varPro, workingSet } from "../src/solvers";
import * as reference from "../src/solvers/classical";
import { convexCase } from "./support/convex-problems";
import { members } from "./support/parametrizations";
import { penaltyMembers } from "./support/penalties";
import { linearData, normals, problemOf } from "./support/problems";
import { quadratic, rosenbrock } from "./support/smooth-objectives";
import { taskOf } from "./support/solver-tasks";

/** A value made again from the JSON text of its recipe. */
function again<T extends object>(value: T): T {
  assert.ok(recipeOf(value), "no recipe");
  return fromPlain(
    "read",
    "value",
    JSON.parse(JSON.stringify(toPlain("send", "value", value))),
    libraryParts(),
  ) as T;
}

/** Asserts that the recipes of some values are by all factories of an index. */
function assertCover(values: readonly object[], index: object, except: readonly string[]): void {
  const factories = new Set(values.map((value) => recipeOf(value)?.factory));
  const names = Object.keys(index).filter((name) => !except.includes(name));
  assert.deepEqual([...factories].sort(), names.sort());
}

/** All that a penalty says at a point of `size` coefficients. */
function saysOf(penalty: Penalty, beta: Float64Array): unknown[] {
  const { name, convex } = penalty;
  const gradient = normals(seededRandom(3), beta.length);
  const curvature = gradient.map((g) => 1 + g ** 2);
  const out = new Float64Array(beta.length);
  penalty.exactZeros(beta, gradient, curvature, 0.3, out);
  return [name, convex, penalty.value(beta, 0.3), penalty.lambdaMax(gradient, curvature), out];
}

/** All but those that are made of functions. */
const penaltiesWithRecipe = penaltyMembers.filter(
  ({ penalty }) => !penalty.name.startsWith("concavePenalty"),
);

describe("the recipe of every penalty", () => {
  it("is by every factory of the index", () => {
    assertCover(
      penaltiesWithRecipe.map(({ penalty }) => penalty),
      penalties,
      ["concavePenalty", "isGroupwise", "isSeparable"],
    );
  });

  for (const { name, penalty, size } of penaltiesWithRecipe) {
    it(`makes ${name} again, from JSON`, () => {
      const beta = normals(seededRandom(5), size);
      assert.deepEqual(saysOf(again(penalty), beta), saysOf(penalty, beta));
    });
  }
});

describe("the recipe of every parametrization", () => {
  it("is by every factory of the index", () => {
    assertCover(
      members.map(({ K }) => K),
      parametrizations,
      [],
    );
  });

  for (const { title, K, nFeatures } of members) {
    it(`makes ${title} again, from JSON`, () => {
      const xi = normals(seededRandom(4), K.surrogateSize(nFeatures));
      const says = (of: parametrizations.Parametrization): unknown[] => {
        const beta = new Float64Array(nFeatures);
        const gradient = new Float64Array(xi.length);
        of.forward(xi, beta);
        of.addSurrogateGradient(xi, 1, gradient);
        return [of.name, beta, of.surrogatePenalty(xi), gradient, ...saysOf(of.inducedPenalty, beta)];
      };
      assert.deepEqual(says(again(K)), says(K));
    });
  }
});

const { cosine, stepDecay, constant, adam, gradientDescent, momentum, nesterov, sgd } = optimizers;
const schedules = [constant(), cosine({ steps: 9, floor: 0.1 }), stepDecay({ every: 3, factor: 0.5 })];
const methods = [
  adam({ step: 0.02, schedule: cosine({ steps: 50 }), beta1: 0.8 }),
  gradientDescent({ step: 1e-3 }),
  gradientDescent(),
  lbfgs({ memory: 2 }),
  momentum({ step: 1e-4, momentum: 0.5, schedule: stepDecay({ every: 5 }) }),
  nesterov({ restart: false }),
  sgd({ step: 1e-4, momentum: 0.3, nesterov: true, weightDecay: 0.1, schedule: constant() }),
];

describe("the recipe of every optimizer", () => {
  it("is by every factory of the index, schedules among them", () => {
    assertCover([...schedules, ...methods], optimizers, ["minimize"]);
  });

  for (const [k, schedule] of schedules.entries()) {
    it(`makes a schedule again, from JSON (${k})`, () => {
      const made = again(schedule);
      for (let t = 0; t < 12; t++) assert.equal(made(t), schedule(t));
    });
  }

  for (const [k, method] of methods.entries()) {
    it(`makes ${method.name} again, from JSON (${k})`, () => {
      const made = again(method);
      assert.equal(made.name, method.name);
      const options = { maxIter: 30 };
      for (const objective of [rosenbrock, quadratic([1, 3])]) {
        const run = (by: optimizers.Optimizer): unknown => minimize(objective, by, [-1.2, 1], options);
        assert.deepEqual(run(made), run(method));
      }
    });
  }

  it("is refused where it holds a function of the caller's own", () => {
    assert.throws(() => again(sgd({ step: 1, stepScale: (index) => index + 1 })), {
      message:
        "send: value, argument 0 of sgd.stepScale must be plain data or made by a factory of this library, got a function stepScale",
    });
  });
});

const schemes = [
  initializations.balanced({ signs: "random", magnitude: 2, seed: 3 }),
  initializations.balanced({ signs: Int8Array.of(1, -1, 1, 1) }),
  initializations.equalFactors(0.3),
  initializations.unbalanced({ magnitude: 0.5 }),
  initializations.unitGates({ base: [1, 2, 3, 4] }),
  initializations.varianceMatched({ sigma: 0.4, seed: 2 }),
];

describe("the recipe of every start", () => {
  it("is by every factory of the file", () => assertCover(schemes, initializations, ["initialize"]));

  for (const [k, scheme] of schemes.entries()) {
    it(`makes it again, from JSON (${k})`, () => {
      assert.deepEqual(
        again(scheme)(hadamardProduct({ depth: 2 }), 4),
        scheme(hadamardProduct({ depth: 2 }), 4),
      );
    });
  }
});

const { problem, lambda } = convexCase("lasso", 2);
const grouped = convexCase("group lasso", 2);
const nonConvex = problemOf(linearData(3, 20, 4), scad());
const ridged = problemOf(linearData(3, 20, 4), elasticNet());
const { coordinateDescent, irls, proximalGradient } = reference;
const fista = (): Solver => proximalGradient({ accelerated: true });
const start = initializations.unbalanced({ magnitude: 0.1 });
const tried: readonly (readonly [Solver, ReturnType<typeof taskOf>])[] = [
  [solvers.proximalNewton(), taskOf(grouped.problem, grouped.lambda, 1e-9)],
  [solvers.alternatingRidge({ depth: 2 }), taskOf(problem, lambda, 1e-9)],
  [solvers.proximalNewton({ exchanges: 2 }), taskOf(nonConvex, 0.2, 1e-9)],
  [solvers.proximalNewton(), taskOf(problem, lambda, 1e-9)],
  [solvers.withFallback(fista(), coordinateDescent()), taskOf(problem, lambda, 1e-9)],
  [solvers.saddleEscape(coordinateDescent()), taskOf(nonConvex, 0.2, 1e-9)],
  [solvers.newtonPolished(coordinateDescent()), taskOf(problem, lambda, 1e-9)],
  [solvers.multiStart(coordinateDescent(), { direct: fista() }), taskOf(nonConvex, 0.2, 1e-9)],
  [
    solvers.multiStart(coordinateDescent(), { direct: coordinateDescent(), last: fista() }),
    taskOf(nonConvex, 0.2, 1e-9),
  ],
  [solvers.multiStart(fista(), { dense: coordinateDescent() }), taskOf(nonConvex, 0.001, 1e-9)],
  [
    surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs({ memory: 3 }), { init: start }),
    taskOf(problem, lambda, 1e-9),
  ],
  [varPro(), taskOf(problem, lambda, 1e-9)],
  [
    workingSet(surrogateDescent(hadamardProduct({ depth: 2 }), gradientDescent({ step: 0.01 }))),
    taskOf(problem, lambda, 1e-3),
  ],
  [coordinateDescent(), taskOf(grouped.problem, grouped.lambda, 1e-9)],
  [coordinateDescent(), taskOf(ridged, 0.2, 1e-9)],
  [fista(), taskOf(problem, lambda, 1e-9)],
  [irls({ epsilon: 0.5 }), taskOf(problem, lambda, 1e-9)],
  [proximalGradient(), taskOf(problem, lambda, 1e-9)],
];

describe("the recipe of every solver", () => {
  it("is by every factory of the two indexes", () => {
    assertCover(
      tried.map(([solver]) => solver),
      { ...solvers, ...reference },
      [
        "liftedVarPro",
        "WarmStart",
        "hinge",
        "pinball",
        "piecewiseLinearValue",
        "solvePiecewiseLinear",
        "fusedLasso",
      ],
    );
  });

  for (const [k, [solver, task]] of tried.entries()) {
    it(`makes ${solver.name} again, from JSON (${k})`, () => {
      const made = again(solver);
      assert.equal(made.name, solver.name);
      const run = ({ beta, status, nIter, trace, certificate }: solvers.Solution): unknown => ({
        beta,
        status,
        nIter,
        trace,
        certificate,
      });
      assert.deepEqual(run(made.solve(task)), run(solver.solve(task)));
    });
  }
});
