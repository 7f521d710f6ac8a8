import type { DesignMatrix } from "../../design/design-matrix";
import { InputError, show } from "../../errors";
import { type Groups, groupsOf } from "../../penalties/groups";
import { featureIndex } from "./feature-index";

/** The features of each group, by index or name: one list a group, or lists by the name of their group. */
export type GroupFeatures =
  | readonly (readonly (number | string)[])[]
  | Readonly<Record<string, readonly (number | string)[]>>;

/** Groups, numbered in order of first appearance among the features. */
export interface Partition extends Groups {
  /** The place of each group among those given; undefined where that is its number. */
  readonly places?: Int32Array;
}

/** Groups as lists of features, whose names the data will tell. */
export class ListedGroups {
  readonly #lists: readonly (readonly [name: string, features: readonly (number | string)[]])[];

  constructor(lists: readonly (readonly [string, readonly (number | string)[]])[]) {
    this.#lists = lists;
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
    return { ...groups, places: Int32Array.from(groups.labels, Number) };
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
export function listedGroups(where: string, groups: unknown): ListedGroups | undefined {
  if (typeof groups !== "object" || groups === null || ArrayBuffer.isView(groups)) return undefined;
  if (Array.isArray(groups) && !Array.isArray(groups[0])) return undefined;
  const lists = Object.entries(groups as Readonly<Record<string, unknown>>).map(([key, features]) => {
    const name = Array.isArray(groups) ? `groups[${key}]` : `groups.${key}`;
    if (Array.isArray(features) && features.length > 0) return [name, features] as const;
    throw new InputError(`${where}: ${name} must be a list of at least one feature, got ${show(features)}`);
  });
  return lists.length > 0 ? new ListedGroups(lists) : undefined;
}
