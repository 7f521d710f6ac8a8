/** The features of the contract suite: numbered columns, some of which share a group. */

/** `0, 1, ..., count - 1`. */
export function firstColumns(count: number): number[] {
  return Array.from({ length: count }, (_, j) => j);
}

/** Labels of the groups of columns: 0 and 1 share one, 2 is alone, 3 to 5 share one, and so on with every six. */
export function groupLabels(columns: readonly number[]): number[] {
  return columns.map((j) => 3 * Math.floor(j / 6) + [0, 0, 1, 2, 2, 2][j % 6]);
}

/** The positions of the columns of each group, groups in order of first appearance. */
export function groupMembers(columns: readonly number[]): number[][] {
  const labels = groupLabels(columns);
  return [...new Set(labels)].map((label) => labels.flatMap((other, k) => (other === label ? [k] : [])));
}

/** One entry a group: `perColumn` of its first column, and where that is a weight, times the root of the size. */
export function perGroup(perColumn: readonly number[], columns: readonly number[]): number[] {
  return groupMembers(columns).map((members) => {
    const factor = perColumn[members[0]];
    return factor === 0 ? 0 : factor * Math.sqrt(members.length);
  });
}
