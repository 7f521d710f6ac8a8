/** A notebook or figure that was made anew. */
export interface Reproduced {
  /** Where the new one lies. */
  readonly path: string;
  /** How it differs from the committed one, undefined where it does not. */
  readonly problem: string | undefined;
  /** Whether it could not be made, in place of having other numbers. Default false. */
  readonly hasFailed?: boolean;
}

/** The version of Node that the committed numbers come from. */
export const COMMITTED_NODE = 24;

/**
 * Whether this Node computes with the powers of {@link COMMITTED_NODE}, where each number must agree. Up to Node 22 some results of `x ** y`
 * have another last bit, from which other last digits and counts of iterations follow.
 */
export function hasSamePowers(): boolean {
  return 10 ** -5 === 1e-5 && 10 ** -4 === 1e-4;
}
