import { fitOnSupport, SmoothGroupLasso } from "smooth-edges";
import { type Simulation, simulateGroups } from "smooth-edges/data";
import {
  groupHadamardProduct,
  initialize,
  type SmoothObjective,
  surrogateObjective,
  unitGates,
} from "smooth-edges/surrogate";
import { descend, gateDescents } from "./gate-descent";
import { activeGroups, groupNorms, rootMeanSquare, trueGroups } from "./group-measures";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";

/** From the smallest to the largest, as the figure has them. */
export const GROUP_LAMBDAS: readonly number[] = Array.from(
  { length: 30 },
  (_, k) => 1e-5 * (15 / 1e-5) ** (k / 29),
);

/** What a method gives at one lambda. */
interface Coefficients {
  readonly beta: Float64Array;
  readonly misalignment?: number;
}

type Method = (data: Simulation, lambdas: readonly number[], seed: number) => readonly Coefficients[];

const METHODS: Readonly<Record<string, Method>> = {
  oracle: ({ X, y, support }) => [{ beta: fitOnSupport(X, y, support, { fitIntercept: false }).coef }],
  "group lasso": (data, lambdas) => groupLasso(data, lambdas).map((beta) => ({ beta })),
  direct: directDescent,
  "gates, D = 2": gated(2),
  "gates, D = 3": gated(3),
  "gates, D = 4": gated(4),
};

/**
 * The group-sparse regression of D-Gating, whose settings are printed there (arXiv 2509.23898, Figure 4 and appendix C.1):
 * 40 groups of 5, 7 informative ones; full-batch descent with momentum for 1500 steps. Its scale of the loss is not printed:
 * ours is half the mean squared error.
 */
export const groupsByGates: Study = {
  name: "groups-by-gates",
  title: "Is descent on gates the group lasso, and are more gates better? (setting: D-Gating's)",
  tasks: (setting) =>
    grid({
      method: setting === "quick" ? ["oracle", "group lasso", "gates, D = 3"] : Object.keys(METHODS),
      replicate: replicates(COUNTS[setting]),
    }),
  run: ({ parameters: { method, replicate } }: Task): Result => {
    const data = simulateGroups({ nTest: 2000, seed: Number(replicate) });
    const found = METHODS[String(method)](data, GROUP_LAMBDAS, Number(replicate));
    const optimum =
      method === "direct" || method === "gates, D = 2" ? groupLasso(data, GROUP_LAMBDAS) : undefined;
    return {
      rmse: found.map(({ beta }) => rootMeanSquare(data.test, beta)),
      groups: found.map(({ beta }) => activeGroups(beta, data.groups).length),
      hits: found.map(({ beta }) => trueGroups(activeGroups(beta, data.groups), data).length),
      misalignment: found.map((each) => each.misalignment ?? 0),
      gaps: optimum
        ? found.map(
            ({ beta }, k) =>
              groupObjective(data, beta, GROUP_LAMBDAS[k]) /
                groupObjective(data, optimum[k], GROUP_LAMBDAS[k]) -
              1,
          )
        : [],
    };
  },
  tolerance: 1e-5,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

/** The certified group lasso, groups of weight 1. */
function groupLasso({ X, y, groups }: Simulation, lambdas: readonly number[]): Float64Array[] {
  const penaltyFactors = new Array<number>(new Set(groups).size).fill(1);
  const model = new SmoothGroupLasso({
    groups,
    penaltyFactors,
    standardize: false,
    fitIntercept: false,
    tol: 1e-10,
  });
  const descending = [...lambdas].reverse();
  return [...model.path(X, y, { lambdas: descending }).coefs].reverse();
}

function gated(depth: number): Method {
  return (data, lambdas, seed) => gateDescents(data, depth, lambdas, seed);
}

/** The same descent on the group lasso's objective itself, wherever it has a gradient. */
function directDescent(data: Simulation, lambdas: readonly number[], seed: number): Coefficients[] {
  const { X, y, groups } = data;
  const p = groups.length;
  const parametrization = groupHadamardProduct(groups, { depth: 2 });
  const start = initialize(parametrization, p, unitGates({ seed })).slice(0, p);
  // The loss alone, from a surrogate without a penalty whose gates stay 1.
  const loss = surrogateObjective(X, y, { parametrization, lambda: 0 });
  const gates = new Float64Array(loss.size).fill(1);
  return lambdas.map((lambda) => {
    const objective: SmoothObjective = {
      size: p,
      valueAndGradient(beta, gradient) {
        const all = gates.map((one, k) => beta[k] ?? one);
        const slopes = new Float64Array(loss.size);
        const value = loss.valueAndGradient(all, slopes);
        const norms = groupNorms(beta, groups);
        beta.forEach((b, j) => {
          gradient[j] = slopes[j] + (norms[groups[j]] > 0 ? (lambda * b) / norms[groups[j]] : 0);
        });
        return value + lambda * norms.reduce((sum, norm) => sum + norm, 0);
      },
    };
    return { beta: descend(objective, start).x };
  });
}

/** `(1/2n) norm2(y - X beta)^2 + lambda sum_g norm2(beta_g)`. */
function groupObjective({ X, y, groups }: Simulation, beta: Float64Array, lambda: number): number {
  const norms = groupNorms(beta, groups);
  return rootMeanSquare({ X, y }, beta) ** 2 / 2 + lambda * norms.reduce((sum, norm) => sum + norm, 0);
}
