/** Looks at the notebook's variables without running anything of the notebook. */

/** A variable and a way from it over properties and elements: `bag.alpha`, `rows[0]`. */
export const PATH: string = String.raw`(?<![\w$.\])])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)`;

/** The object at a {@link PATH}; undefined where there is none, or only behind a getter. */
export function objectAt(variables: object, path: string): object | undefined {
  let value: unknown = variables;
  for (const name of path.split(/[.[\]]+/).filter(Boolean)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return typeof value === "object" && value !== null ? value : undefined;
}

/** Keys that fit what is begun at the end of a text, and the offset at which that starts. */
export interface KnownKeys {
  readonly start: number;
  readonly keys: readonly string[];
}
