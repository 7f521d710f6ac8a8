import type { LightAndDark } from "./light-and-dark";
import type { Study } from "./studies/study";

/** A picture that is computed once into data and drawn from the data as often as one likes. */
export interface Figure {
  /** Whose records it is computed from, in the desk setting; undefined where it is computed from nothing. */
  readonly study?: Study;
  /** The name of its files, in kebab-case. */
  readonly name: string;
  /** What it shows, in one sentence. */
  readonly title: string;
  /** Numbers and exceptions that the title leaves out, in sentences. */
  readonly caption?: string;
  /** The numbers, JSON but for typed arrays. */
  compute(): Promise<unknown> | unknown;
  /** The picture of the numbers as JSON gives them back. */
  draw(data: unknown): LightAndDark;
}
