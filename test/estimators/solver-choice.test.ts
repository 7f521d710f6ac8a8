import assert from "node:assert/strict";
import { type Datafit, logistic, multinomial, poisson, squaredError, squaredHinge } from "../../src/datafits";
import { automaticRules, solverFor } from "../../src/estimators/solver-choice";
import { hadamardProduct, type Parametrization } from "../../src/parametrizations";
import { groupL2, groupMcp, l1, lq, mcp, nuclear, type Penalty } from "../../src/penalties";
import { coordinateDescent } from "../../src/reference";

const groups = [0, 0, 1];

interface Case {
  readonly penalty: Penalty;
  readonly datafit: Datafit;
  readonly parametrization?: Parametrization;
  /** The line of the table, and how the name of the solver begins. */
  readonly when: string;
  readonly solver: string;
}

const smooth = hadamardProduct(2);
const cases: readonly Case[] = [
  {
    penalty: l1(),
    parametrization: smooth,
    datafit: multinomial(3) as unknown as Datafit,
    when: "convex, a sum over coordinates, and a loss that joins the responses of a sample",
    solver: "inTurn(gramDescent, workingSet(inTurn(surrogateDescent(",
  },
  {
    penalty: l1(),
    parametrization: smooth,
    datafit: poisson(),
    when: "convex, a lasso or elastic net",
    solver: "inTurn(activeSet, workingSet(",
  },
  {
    penalty: groupL2(groups),
    datafit: logistic(),
    when: "convex, groups",
    solver: "inTurn(activeGroups, newtonPolished(blockDescent",
  },
  {
    penalty: nuclear(2),
    datafit: squaredError(),
    when: "convex, any other",
    solver: "newtonPolished(fista",
  },
  {
    penalty: mcp(),
    datafit: squaredError(),
    when: "not convex, a sum over coordinates, and a squared error",
    solver: "severalStarts(inTurn(gramDescent, coordinateDescent",
  },
  {
    penalty: lq(0.5),
    datafit: logistic(),
    when: "not convex, a sum over coordinates, and a loss that bends smoothly",
    solver: "severalStarts(inTurn(gramDescent, coordinateDescent",
  },
  {
    penalty: groupMcp(groups),
    datafit: squaredError(),
    when: "not convex, groups, and a squared error",
    solver: "severalStarts(inTurn(activeGroups, blockDescent",
  },
  {
    penalty: mcp(),
    datafit: squaredHinge(),
    when: "not convex, without a parametrization",
    solver: "severalStarts(coordinateDescent",
  },
  {
    penalty: lq(2 / 3),
    parametrization: hadamardProduct(3),
    datafit: squaredHinge(),
    when: "not convex, any other",
    solver: "severalStarts(inTurn(surrogateDescent(",
  },
];

describe("the table by which the library chooses a solver", () => {
  for (const { penalty, datafit, parametrization, when, solver } of cases) {
    it(`has for ${penalty.name} and ${datafit.name}: ${when}`, () => {
      const problem = { penalty, datafit };
      const family = { penalty, parametrization, interchangeable: true };
      const chosen = solverFor("test", family, "auto", problem).solver.name;
      assert.ok(chosen.startsWith(solver), `${chosen} begins with ${solver}`);
      const known = { ...family, problem, direct: coordinateDescent() };
      assert.equal(automaticRules.find(({ applies }) => applies(known))!.when, when);
    });
  }

  it("has no line that nothing needs", () => {
    assert.deepEqual(
      cases.map(({ when }) => when),
      automaticRules.map(({ when }) => when),
    );
  });
});
