/** The groups that stay where a model is cut to its largest ones. */

/**
 * Returns the groups of each layer that stay: the largest one of each, and of all others the largest up to `count` in all.
 *
 * @param sizes for each layer a number for each of its groups; of equal ones the first stay.
 * @param count at least the number of layers.
 */
export function largestGroups(
  sizes: readonly ArrayLike<number>[],
  count: number,
): readonly ReadonlySet<number>[] {
  const ranked = sizes.flatMap((ofLayer, layer) => {
    const groups = Array.from(ofLayer, (size, group) => ({ layer, group, size }));
    groups.sort((a, b) => b.size - a.size);
    return groups.map((group, rank) => ({ ...group, isFirst: rank === 0 }));
  });
  ranked.sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.size - a.size);
  const kept = sizes.map(() => new Set<number>());
  for (const { layer, group } of ranked.slice(0, count)) kept[layer].add(group);
  return kept;
}
