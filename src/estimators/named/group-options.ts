/** Groups of features: how they are given, what they weigh in a penalty, and which features they leave free or out. */
import type { DesignMatrix } from "../../design/design-matrix";
import { InputError, mustBe, show } from "../../errors";
import { didYouMean } from "../../options";
import type { GroupLabels } from "../../penalties";
import { checkFeatureCount, type Groups, groupsOf } from "../../penalties/groups";
import type { OrthonormalGroups } from "../fit/orthonormal-groups";
import type { PenaltySpec } from "../fit/penalty-spec";
import { loadNonConvexRules, loadOrthonormalGroups } from "../lazy";
import {
  type FactorOptions,
  featureFactors,
  featureIndex,
  groupFactors,
  isWeight,
  weighed,
} from "../options/coefficient-options";
import { coefficientCount, type ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { FeatureGroups } from "../results/fit-fields";

/** Options of every estimator with groups. */
export interface GroupOptions {
  /**
   * The group of each feature, any label: features with the same label enter and leave together, in all responses. Or the
   * features of each group, by index or name: a list of lists, or lists by the name of their group. Or `"rows"`, each
   * feature by itself: the row of its coefficients in all responses.
   */
  readonly groups: GroupLabels | GroupFeatures | "rows";
  /**
   * The weights of the groups themselves, in order of first appearance or as the groups are listed: 0 leaves a group
   * unpenalized, Infinity excludes it. Default: the square root of each group's number of features, with
   * `standardize: "groups"` of its rank.
   */
  readonly penaltyFactors?: ArrayLike<number>;
}

/** A partition of the features, or each by itself, however many there are, or lists that need the names of features. */
type GroupChoice = Groups | "rows" | ListedGroups;

/** @throws InputError unless groups are labels, lists of features or `"rows"`. */
export function groupChoice(where: string, groups: GroupOptions["groups"]): GroupChoice {
  if (groups === "rows") return "rows";
  const listed = listedGroups(where, groups);
  if (listed) return listed;
  if (!Array.isArray(groups) && !ArrayBuffer.isView(groups)) {
    const rule = 'one label a feature, a list of features for each group or "rows"';
    throw mustBe(where, "groups", rule, groups, didYouMean(groups, ["rows"]));
  }
  return groupsOf(where, groups as GroupLabels);
}

/** The groups, weights and columns that a penalty on groups is made of. */
export interface GroupRoles {
  /** The group of each coefficient, one response after the other. */
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  /** One a feature. */
  readonly factors: Float64Array;
  /** Left out where each feature is by itself. */
  readonly groups?: FeatureGroups;
  readonly columns?: OrthonormalGroups;
  readonly nonConvexRules: NonNullable<PenaltySpec["nonConvexRules"]>;
}

/**
 * The weight of each group in the penalty, and what that makes of each feature: 1, 0 where its group is free, Infinity
 * where it, or its group, is excluded. Free and excluded groups have weight 1, since their columns are out of the way.
 * Orthonormalised groups come with their columns, and with the root of their rank for that of their size.
 *
 * @param multiples what the factor of each group is multiplied by. Default: 1 each.
 * @throws InputError when there is not one label a feature, or a factor is outside its domain or not one a group.
 */
export function groupRoles(
  where: string,
  options: FactorOptions,
  groups: GroupChoice,
  data: ModelData,
  checked: CheckedOptions,
  multiples?: Float64Array,
): GroupRoles {
  const { nFeatures } = data.design;
  const partition = partitionOf(where, groups, data.design);
  const labels = new Int32Array(coefficientCount(data));
  for (let start = 0; start < labels.length; start += nFeatures) labels.set(partition.groupOf, start);
  const { given, factors } = factorsInGroups(where, options, partition, data.design, multiples);
  const weights = given.map((factor) => (isWeight(factor) ? factor : 1));
  const { names, groupOf } = partition;
  const named = groups === "rows" ? {} : { groups: { labels: names ?? partition.labels, groupOf } };
  const common = { factors, nonConvexRules: loadNonConvexRules, ...named };
  if (checked.standardize !== "groups") return { labels, weights, ...common };
  const columns = loadOrthonormalGroups().orthonormalGroups(where, data, partition, factors, checked);
  if (options.penaltyFactors !== undefined) return { labels, weights, columns, ...common };
  // A group of rank 0 has nothing to weigh.
  const byRank = Float64Array.from(columns.ranks, (rank, g) => Math.sqrt(rank / partition.sizes[g]) || 1);
  return { labels, weights: weights.map((weight, g) => weight * byRank[g]), columns, ...common };
}

/** @throws InputError when there is not one label a feature, or a feature is listed in no group or in two. */
export function partitionOf(where: string, groups: GroupChoice, design: DesignMatrix): Partition {
  const { nFeatures } = design;
  if (groups instanceof ListedGroups) return groups.partition(where, design);
  if (groups === "rows")
    return groupsOf(
      where,
      Int32Array.from({ length: nFeatures }, (_, j) => j),
    );
  checkFeatureCount(where, groups, nFeatures);
  return groups;
}

/**
 * The factor of each group as given, and what that makes of each feature: 1, 0 or Infinity.
 *
 * @param multiples what the factor of each group is multiplied by. Default: 1 each.
 * @throws InputError when a factor is outside its domain or there is not one a group.
 */
export function factorsInGroups(
  where: string,
  options: FactorOptions,
  partition: Partition,
  design: DesignMatrix,
  multiples?: Float64Array,
): { given: Float64Array; factors: Float64Array } {
  const roots = Float64Array.from(partition.sizes, Math.sqrt);
  const own = groupFactors(where, options, roots);
  const { places } = partition;
  const inOrder = options.penaltyFactors && places ? own.map((_, g) => own[places[g]]) : own;
  const given = weighed(inOrder, multiples);
  const factors = featureFactors(where, { exclude: options.exclude }, design);
  factors.forEach((factor, j) => {
    const ofGroup = given[partition.groupOf[j]];
    if (factor === 1 && !isWeight(ofGroup)) factors[j] = ofGroup;
  });
  return { given, factors };
}

/** The features of each group, by index or name: one list a group, or lists by the name of their group. */
export type GroupFeatures =
  | readonly (readonly (number | string)[])[]
  | Readonly<Record<string, readonly (number | string)[]>>;

/** Groups, numbered in order of first appearance among the features. */
interface Partition extends Groups {
  /** The place of each group among those given; undefined where that is its number. */
  readonly places?: Int32Array;
  /** The name of each group, or its place where lists have no names; undefined where groups are given by labels. */
  readonly names?: readonly (number | string)[];
}

/** Groups as lists of features, whose names the data will tell. */
class ListedGroups {
  readonly #lists: readonly (readonly [name: string, features: readonly (number | string)[]])[];
  readonly #names: readonly (number | string)[];

  /** @param names of the groups, or their places. */
  constructor(
    lists: readonly (readonly [string, readonly (number | string)[]])[],
    names: readonly (number | string)[],
  ) {
    this.#lists = lists;
    this.#names = names;
  }

  /** @throws InputError when a feature is not there, or listed in no group or in two. */
  partition(where: string, { nFeatures, featureNames }: DesignMatrix): Partition {
    const groupOf = new Int32Array(nFeatures).fill(-1);
    for (const [g, [name, features]] of this.#lists.entries()) {
      for (const [k, feature] of features.entries()) {
        const j = featureIndex(where, `${name}[${k}]`, feature, featureNames);
        if (groupOf[j] >= 0) throw notOnce(where, featureNames[j], "it in two places");
        groupOf[j] = g;
      }
    }
    const without = groupOf.indexOf(-1);
    if (without >= 0) throw notOnce(where, featureNames[without], "it in none");
    const groups = groupsOf(where, groupOf);
    const places = Int32Array.from(groups.labels, Number);
    return { ...groups, places, names: Array.from(places, (place) => this.#names[place]) };
  }
}

function notOnce(where: string, feature: string, got: string): InputError {
  return new InputError(`${where}: groups must list feature ${show(feature)} once, got ${got}`);
}

/**
 * Lists of features, or undefined for what may be labels.
 *
 * @throws InputError when a list is empty or none.
 */
function listedGroups(where: string, groups: unknown): ListedGroups | undefined {
  if (typeof groups !== "object" || groups === null || ArrayBuffer.isView(groups)) return undefined;
  if (Array.isArray(groups) && !Array.isArray(groups[0])) return undefined;
  const lists = Object.entries(groups as Readonly<Record<string, unknown>>).map(([key, features]) => {
    const name = Array.isArray(groups) ? `groups[${key}]` : `groups.${key}`;
    if (Array.isArray(features) && features.length > 0) return [name, features] as const;
    throw new InputError(`${where}: ${name} must be a list of at least one feature, got ${show(features)}`);
  });
  const names = Array.isArray(groups) ? [...groups.keys()] : Object.keys(groups);
  return lists.length > 0 ? new ListedGroups(lists, names) : undefined;
}
