/** One thing to be timed. */
export interface Contender {
  readonly name: string;
  run(): void;
}

/**
 * Median seconds of each contender over rounds in which all take turns, each round with another one first, so that a slow
 * moment of the machine slows them alike; two unmeasured rounds first.
 */
export function interleaved(contenders: readonly Contender[], rounds: number): number[] {
  const seconds: number[][] = contenders.map(() => []);
  for (let round = -2; round < rounds; round++) {
    contenders.forEach((_, turn) => {
      const k = (turn + round + 2) % contenders.length;
      const start = performance.now();
      contenders[k].run();
      if (round >= 0) seconds[k].push((performance.now() - start) / 1000);
    });
  }
  return seconds.map(median);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
