/** Seconds of each contender on each problem; infinite where it does not get there, undefined where it does not take part. */
export type Times = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** One contender's profile. */
export interface Profile {
  readonly contender: string;
  /** Problems that it takes part in. */
  readonly problems: number;
  /** `shares[k]` of them it solves within `factors[k]` times the quickest. */
  readonly shares: readonly number[];
  /** Of those, the share it solves at all. */
  readonly solved: number;
}

/**
 * Performance profiles: `rho_s(tau)` is the share of problems that contender `s` solves within `tau` times what the quickest of
 * all takes. A problem that none solves counts as one, solved by none.
 *
 * @param times by problem, then contender.
 * @see Dolan and Moré, Benchmarking optimization software with performance profiles (2002)
 */
export function performanceProfiles(times: Times, factors: readonly number[]): Profile[] {
  const names = [...new Set([...times.values()].flatMap((row) => [...row.keys()]))];
  const profiles = names.map((contender) => {
    const ratios = [...times.values()].flatMap((row) => {
      const own = row.get(contender);
      // Infinity over Infinity is no quotient.
      return own === undefined ? [] : [Number.isFinite(own) ? own / Math.min(...row.values()) : own];
    });
    const share = (limit: number): number => ratios.filter((ratio) => ratio <= limit).length / ratios.length;
    return {
      contender,
      problems: ratios.length,
      shares: factors.map(share),
      solved: share(Number.MAX_VALUE),
    };
  });
  return profiles.sort((a, b) => sum(b.shares) - sum(a.shares));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
