import type { Chart, PictureOptions } from "smooth-edges/plot";

/** One picture of the gallery: computed once into numbers and drawn from them in several sizes. */
export interface Exhibit {
  /** The name of its files, in kebab-case. */
  readonly name: string;
  /** The call that draws it. */
  readonly call: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  /** The numbers, JSON but for typed arrays. */
  compute(): unknown;
  /** The picture of the numbers as JSON gives them back. */
  draw(data: unknown, options: PictureOptions): Chart;
}

/** An exhibit whose numbers have the type that JSON gives back where it was given typed arrays. */
export function exhibit<Data>(
  name: string,
  call: string,
  shows: string,
  compute: () => Data,
  draw: (data: Data, options: PictureOptions) => Chart,
): Exhibit {
  return { name, call, shows, compute, draw: (data, options) => draw(data as Data, options) };
}
