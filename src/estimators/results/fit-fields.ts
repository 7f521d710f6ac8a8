/** The fields that fits are made of, which their classes and the writer of their records share. */
import type { Datafit } from "../../datafits";
import type { ClassLabel } from "../../design/targets/class-codes";
import type { Certificate } from "../../problem/certificate";
import type { FitStatus, StartRow, TraceRow } from "../../solvers";
import type { Note } from "../notes";
import type { GlobalProof } from "./global-proof";

/** Groups of the features, by the labels that they were given by. */
export interface FeatureGroups {
  /** The label of each group. */
  readonly labels: readonly (number | string)[];
  /** The place in `labels` of each feature's group. */
  readonly groupOf: Int32Array;
}

/** One group of features in the model. */
export interface GroupNorm {
  /** Its label, or its number or name where groups are lists. */
  readonly group: number | string;
  /** The Euclidean norm of its coefficients, each times the standard deviation of its feature. */
  readonly norm: number;
  /** The number of its features that have a nonzero coefficient. */
  readonly nSelected: number;
  /** The number of its features. */
  readonly nFeatures: number;
}

/** Returns the groups of features in the model, largest norm first. @param ranked the standardized norm of each feature in the model. */
export function groupNormsOf(
  { labels, groupOf }: FeatureGroups,
  ranked: readonly { readonly feature: number; readonly size: number }[],
): GroupNorm[] {
  const norms = labels.map((group) => ({ group, norm: 0, nSelected: 0, nFeatures: 0 }));
  for (const g of groupOf) norms[g].nFeatures++;
  for (const { feature, size } of ranked) {
    const row = norms[groupOf[feature]];
    row.norm = Math.hypot(row.norm, size);
    row.nSelected++;
  }
  return norms.filter(({ nSelected }) => nSelected > 0).sort((a, b) => b.norm - a.norm);
}

/** A parameter of the loss that was estimated with the coefficients. */
export interface EstimatedValue {
  /** `"theta"` of `negativeBinomial`. */
  readonly name: string;
  /** The likeliest value at the predictors of the fit. */
  readonly value: number;
  /**
   * The root of the inverse observed information at these predictors, as `SE.theta` of R's `glm.nb`; undefined where the likelihood has no maximum.
   * It leaves out what a penalty does to the coefficients.
   */
  readonly standardError: number | undefined;
}

/** The fields that every fit is made of besides its coefficients. */
export interface FittedModelFields {
  /** Name of the estimator, e.g. `"SmoothLasso"`. */
  readonly estimator: string;
  readonly datafit: Datafit;
  /** The labels of the classes in ascending order; undefined for other responses. */
  readonly classes: readonly ClassLabel[] | undefined;
  /** Whether an offset was part of the linear predictor. */
  readonly usesOffset: boolean;
  /** Whether rows had weights. Default: false. */
  readonly usesWeights?: boolean;
  /** Whether an intercept was fitted: where none was, tables of coefficients have no row of it. Default: true. */
  readonly fitIntercept?: boolean;
  readonly featureNames: readonly string[];
  readonly lambda: number;
  readonly nIter: number;
  readonly status: FitStatus;
  readonly certificate: Certificate;
  readonly nullDeviance: number;
  readonly trace: readonly TraceRow[];
  /** Left out where there was one way only. */
  readonly starts?: readonly StartRow[];
  readonly notes: readonly Note[];
  /** Standard deviation of each feature of the support in the data, in its order. */
  readonly supportDeviations: () => Float64Array;
  /** The groups of the features; left out where they are not at hand. */
  readonly groups?: () => FeatureGroups | undefined;
  /** Left out where no parameter of the loss was estimated. */
  readonly estimatedParameter?: EstimatedValue | undefined;
  /** How far it is from the global minimum; left out where that was not asked. */
  readonly global?: GlobalProof | undefined;
  /** Whether it has no finite optimum. Default: false. */
  readonly hasNoMinimizer?: boolean;
  /** Fits the support again without a penalty; left out where the data are not at hand. */
  readonly refit?: () => object;
}

/** The fields that a `SparseLinearFit` is made of. */
export interface SparseLinearFitFields extends FittedModelFields {
  readonly coef: Float64Array;
  readonly intercept: number;
}

/** The fields that a `MultiResponseFit` is made of. */
export interface MultiResponseFitFields extends FittedModelFields {
  readonly coefs: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly responseNames: readonly string[];
}
