/** Smallest ratio of one lambda to the one before on the way to a much smaller one than the last. */
const longestStep = 0.6;

/** Share of the first lambda below which nothing changes on the way to 0. */
const smallestShare = 1e-3;

/**
 * Where a way from one lambda down to another stops over, both included: from far away nearly every zero looks as if it
 * were to end, and only few of them do.
 */
export function lambdaContinuation(lambda: number, from: number): number[] {
  if (!(from > lambda)) return [lambda, lambda];
  const ratio = Math.max(lambda, smallestShare * from) / from;
  const count = Math.max(1, Math.ceil(Math.log(ratio) / Math.log(longestStep)));
  return Array.from({ length: count + 1 }, (_, k) => (k < count ? from * ratio ** (k / count) : lambda));
}
