import type { Datafit } from "../../datafits";
import { InputError, mustBe } from "../../errors";
import { checkMethods } from "../../options";
import { isGroupwise, type Penalty } from "../../penalties";
import { checkFeatureCount } from "../../penalties/groups";
import { loadGlobalProofs, loadNonConvexRules, loadOrthonormalGroups, loadSolverChoice } from "../lazy";
import { featureFactors } from "../options/coefficient-options";
import type { ModelData } from "../options/model-data";
import { checkOptions, type ModelOptions } from "../options/model-options";
import type { FeatureGroups } from "../results/fit-fields";
import { Estimator } from "./estimator";

/** Options of {@link SparseLinearModel}: those of every estimator, and what it penalizes. */
export interface SparseLinearModelOptions<D extends Datafit = Datafit> extends ModelOptions<D> {
  /**
   * The penalty, such as `scad()` or `mcp()`, which is minimized without a surrogate. Default: the one that `parametrization` induces. One of the
   * two must be given.
   */
  readonly penalty?: Penalty;
}

/**
 * Any datafit with any penalty of the family: `min f(b0 + X beta) + lambda R(s * beta)`.
 *
 * `R` is the penalty that `parametrization` induces, and the surrogate is what is minimised; or it is `penalty` itself,
 * minimised by a classical method. `s_j` is the standard deviation of column j (1 with `standardize: false`); with
 * `standardize: "groups"` a penalty of the norms of groups has `norm2(Xc_g beta_g) / sqrt(n)` for them, as grpreg. Weights
 * and groups belong to the parametrization or the penalty; a penalty factor here is 1, 0 (a free feature) or Infinity
 * (an excluded one), and the feature keeps its place among the groups.
 *
 * With a penalty that is not convex a fit is a stationary point that no single coordinate can improve.
 *
 * @throws InputError when an option is unknown or outside its domain, or neither penalty nor parametrization is given.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const model = new SparseLinearModel({ parametrization: hadamardProduct({ depth: 3 }), lambda: 0.2 });
 * model.fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SparseLinearModel<D extends Datafit = Datafit> extends Estimator<
  SparseLinearModelOptions<D>,
  D
> {
  constructor(options: SparseLinearModelOptions<D>);
  constructor(options = {} as SparseLinearModelOptions<D>) {
    const name = "SparseLinearModel";
    const checked = checkOptions(name, options, ["penalty"], true);
    const { parametrization } = checked;
    const penalty = options.penalty ?? parametrization?.inducedPenalty;
    if (penalty === undefined) {
      throw new InputError(
        `${name}: one of parametrization and penalty must be given, got neither; try parametrization: hadamardProduct({ depth: 2 })`,
      );
    }
    const rule = "a penalty such as l1() or scad()";
    checkMethods(name, "penalty", penalty, ["value", "violation", "lambdaMax"], rule);
    for (const property of [
      "convex",
      "scalesWithLambda",
      "zeroIsAlwaysLocalMinimum",
      "becomesFlat",
    ] as const) {
      if (typeof penalty[property] !== "boolean") {
        throw mustBe(name, `penalty.${property}`, "true or false", penalty[property]);
      }
    }
    const { standardize } = checked;
    const groups = isGroupwise(penalty) && penalty.isRadial ? penalty.groups : undefined;
    if (standardize === "groups" && groups === undefined) {
      const rule = `true or false with ${penalty.name}, which is no sum over the norms of groups`;
      throw mustBe(name, "standardize", rule, standardize);
    }
    const choice = {
      penalty,
      parametrization,
      interchangeable: false,
      isGiven: true,
      nonConvexRules: loadNonConvexRules,
      globalProofs: loadGlobalProofs,
    };
    const { solverFor } = loadSolverChoice();
    solverFor(name, choice, checked, { penalty, datafit: checked.datafit }); // so that a solver which cannot do it is refused at once
    // With several responses the groups consist of coefficients, and may separate those of one feature.
    const named = ({ responseNames }: ModelData): { readonly groups?: FeatureGroups } =>
      isGroupwise(penalty) && responseNames.length === 1 ? { groups: penalty.groups } : {};
    super(name, options, checked, (where, data) => {
      const { design } = data;
      const factors = featureFactors(where, options, design);
      const j = factors.findIndex((factor) => factor !== 0 && factor !== 1 && factor !== Infinity);
      if (j >= 0) {
        const rule = `0, 1 or Infinity with ${penalty.name}`;
        const remedy = "other weights belong to the penalty itself";
        throw mustBe(where, `penaltyFactors[${j}]`, rule, factors[j], remedy);
      }
      if (standardize !== "groups" || groups === undefined) return { ...choice, factors, ...named(data) };
      checkFeatureCount(where, groups, design.nFeatures);
      return {
        ...choice,
        factors,
        ...named(data),
        columns: loadOrthonormalGroups().orthonormalGroups(where, data, groups, factors, checked),
      };
    });
  }
}
