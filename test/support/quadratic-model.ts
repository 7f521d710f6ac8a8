import { dot } from "../../src/linalg/vector";
import type { SeededRandom } from "../../src/random/random";
import type { PenaltyMember } from "./penalties";
import { normals } from "./problems";

/** A quadratic `gradient'd + 1/2 d'H d` of the move `d`, `H` positive semidefinite with diagonal `curvature`. */
export interface QuadraticModel {
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  hessianProduct(d: Float64Array): Float64Array;
  value(d: Float64Array): number;
}

/** A random one. */
export function quadraticModel(size: number, random: SeededRandom): QuadraticModel {
  const gradient = normals(random, size);
  const rows = Array.from({ length: size }, () => normals(random, size));
  const image = (d: Float64Array): Float64Array => Float64Array.from(rows, (row) => dot(row, d));
  const hessianProduct = (d: Float64Array): Float64Array => {
    const [out, product] = [new Float64Array(size), image(d)];
    rows.forEach((row, i) => {
      for (let k = 0; k < size; k++) out[k] += row[k] * product[i];
    });
    return out;
  };
  const curvature = gradient.map((_, k) => rows.reduce((sum, row) => sum + row[k] ** 2, 0));
  const value = (d: Float64Array): number => dot(gradient, d) + dot(image(d), image(d)) / 2;
  return { gradient, curvature, hessianProduct, value };
}

/** The largest decrease of model plus penalty that proximal gradient steps find, from the start and from moves by one block. */
export function decreaseFound(
  { penalty: R, size }: PenaltyMember,
  { gradient, curvature, hessianProduct, value }: QuadraticModel,
  start: Float64Array,
  lambda: number,
  random: SeededRandom,
): number {
  const step = 1 / curvature.reduce((sum, entry) => sum + entry, 0);
  const move = (b: Float64Array): Float64Array => b.map((entry, k) => entry - start[k]);
  const objective = (b: Float64Array): number => value(move(b)) + R.value(b, lambda);
  let lowest = objective(start);
  for (let attempt = 0; attempt < size + 5; attempt++) {
    let b = start.slice();
    if (attempt > 0) {
      const chosen = attempt <= size ? attempt - 1 : -1;
      b = b.map((entry, k) =>
        k === chosen || (chosen < 0 && random.uniform() < 0.5) ? entry - gradient[k] / curvature[k] : entry,
      );
      R.prox!(b, 0, lambda, b);
    }
    let [before, now] = [Number.POSITIVE_INFINITY, objective(b)];
    for (let iteration = 0; iteration < 200 && before - now > 1e-12; iteration++) {
      const slope = hessianProduct(move(b));
      const target = b.map((entry, k) => entry - step * (gradient[k] + slope[k]));
      R.prox!(target, step, lambda, b);
      [before, now] = [now, objective(b)];
    }
    lowest = Math.min(lowest, now);
  }
  return objective(start) - lowest;
}
