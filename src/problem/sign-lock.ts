/**
 * Finds the coefficients whose sign no first-order method can change from a point of a surrogate
 * ({@link signLockedCoordinates}).
 */
import { mustBe } from "../errors";
import type { Parametrization } from "../parametrizations";
import { seededRandom } from "../random/random";
import { derivativeOf } from "./dead-coordinates";
import { featureCount } from "./feature-count";

/**
 * The coefficients whose sign no first-order method with small steps can change from `xi`: followed down the gradient
 * of `|K_j|`, the way ends at zero with a derivative of zero, the saddle or minimum of the surrogate there.
 *
 * A product of two factors is locked where `|u_j| = |v_j|`, as at every balanced point, because descent keeps them
 * equal; one of more factors where the smallest magnitude belongs to several of them; `u^k - v^k` where the part that
 * would have to grow is zero. A coefficient that is zero and not dead can go either way. Where the map has one sign
 * only, as squares do, there is nothing to lock.
 *
 * Locked means to about 1e-16 of the squared factors: from factors nearly equal the way past zero exists and is long.
 *
 * @param xi a point of any surrogate size of the parametrization.
 * @returns their indices, ascending; dead coefficients are not among them.
 * @throws InputError when the length of `xi` is no surrogate size, or an entry is not finite.
 * @see arXiv 2509.23898, where balanced zeros are shown to be absorbing
 * @example
 * ```ts
 * signLockedCoordinates(hadamardProduct({ depth: 2 }), [1, 1, 1, 2]); // [0]
 * ```
 */
export function signLockedCoordinates(parametrization: Parametrization, xi: ArrayLike<number>): Int32Array {
  const point = Float64Array.from(xi);
  const p = featureCount("signLockedCoordinates", parametrization, point.length);
  point.forEach((entry, i) => {
    if (!Number.isFinite(entry))
      throw mustBe("signLockedCoordinates", `entry ${i} of xi`, "a finite number", entry);
  });
  const beta = new Float64Array(p);
  parametrization.forward(point, beta);
  const bothSigns = twoSided(parametrization, point.length, p);
  const candidates = Int32Array.from(bothSigns.keys()).filter((j) => beta[j] !== 0 && bothSigns[j]);

  // Coefficients that share no parameter are followed at once, others one by one.
  const owners = new Int32Array(point.length).fill(-1);
  let shared = false;
  for (const j of candidates) {
    derivativeOf(parametrization, point, p, j).forEach((slope, i) => {
      if (slope === 0) return;
      shared ||= owners[i] >= 0;
      owners[i] = j;
    });
  }
  if (!shared) return lockedAmong(parametrization, point, beta, candidates, owners);
  return candidates.filter((j) => {
    const alone = new Int32Array(point.length).fill(j);
    return lockedAmong(parametrization, point, beta, Int32Array.of(j), alone).length > 0;
  });
}

/**
 * Those coefficients of a batch that are locked.
 *
 * A step goes half the way to zero, were the map linear: close to the flow, and never across zero at a tie.
 *
 * @param start `K(xi)`
 * @param owners the coefficient of the batch that a parameter moves with, or -1.
 */
function lockedAmong(
  parametrization: Parametrization,
  xi: Float64Array,
  start: Float64Array,
  batch: Int32Array,
  owners: Int32Array,
): Int32Array {
  const point = xi.slice();
  const p = start.length;
  const beta = start.slice();
  const [squared, steepest, length] = [new Float64Array(p), new Float64Array(p), new Float64Array(p)];
  const slope = new Float64Array(xi.length);
  const open = new Set(batch);
  const locked: number[] = [];
  while (open.size > 0) {
    slope.fill(0);
    parametrization.pullback(
      point,
      beta.map((_, j) => (open.has(j) ? 1 : 0)),
      slope,
    );
    squared.fill(0);
    length.fill(0);
    slope.forEach((entry, i) => {
      if (owners[i] < 0) return;
      squared[owners[i]] += entry * entry;
      length[owners[i]] += point[i] * point[i];
    });
    for (const j of open) {
      steepest[j] = Math.max(steepest[j], squared[j]);
      const vanished = squared[j] <= 1e-16 * steepest[j];
      // Zero is as near as doubles tell: the way there is short against the factors.
      const arrived = beta[j] ** 2 <= 1e-28 * squared[j] * length[j] || beta[j] * start[j] < 0;
      if (vanished) locked.push(j);
      if (vanished || arrived) open.delete(j);
    }
    slope.forEach((entry, i) => {
      const j = owners[i];
      if (open.has(j)) point[i] -= (beta[j] * entry) / (2 * squared[j]);
    });
    parametrization.forward(point, beta);
  }
  return Int32Array.from(locked).sort();
}

/** Whether sixteen random points show both signs of a coefficient. */
function twoSided(parametrization: Parametrization, size: number, p: number): boolean[] {
  const random = seededRandom(1);
  const beta = new Float64Array(p);
  const [positive, negative] = [new Array<boolean>(p).fill(false), new Array<boolean>(p).fill(false)];
  for (let draw = 0; draw < 16; draw++) {
    parametrization.forward(
      Float64Array.from({ length: size }, () => random.normal()),
      beta,
    );
    beta.forEach((b, j) => {
      positive[j] ||= b > 0;
      negative[j] ||= b < 0;
    });
  }
  return positive.map((seen, j) => seen && negative[j]);
}
