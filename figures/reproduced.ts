/** A notebook or figure that was made anew. */
export interface Reproduced {
  /** Where the new one lies. */
  readonly path: string;
  /** How it differs from the committed one, undefined where it does not. */
  readonly problem: string | undefined;
  /** Whether it could not be made, in place of having other numbers. Default false. */
  readonly hasFailed?: boolean;
}

/**
 * Whether this Node rounds powers as that which made the committed numbers, Node 20, and Node 22 do: from Node 24 on some results of `x ** y`
 * have another last bit, from which other counts of iterations follow.
 */
export function hasSamePowers(): boolean {
  const quarters = Array.from({ length: 13 }, (_, k) => 10 ** (k / 4 - 6));
  return quarters[4] === 9.999999999999999e-6 && quarters[8] === 9.999999999999999e-5;
}
