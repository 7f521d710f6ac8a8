/**
 * Tells from how many times a certificate is above its goal how much of the way there is behind it, as if it fell by the same
 * factor in each iteration: `1 - log(excess) / log(first excess)`.
 */
export function progressFraction(): (excess: number) => number {
  let first: number | undefined;
  return (excess) => {
    if (!(excess < Number.POSITIVE_INFINITY)) return 0;
    first ??= excess;
    return first <= 1 ? 0 : Math.min(Math.max(1 - Math.log(excess) / Math.log(first), 0), 1);
  };
}
