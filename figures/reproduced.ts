/** A notebook or figure that was made anew. */
export interface Reproduced {
  /** Where the new one lies. */
  readonly path: string;
  /** How it differs from the committed one, undefined where it does not. */
  readonly problem: string | undefined;
}
