/** Holds what someone states to be a derivative against finite differences. */
import { mustBe } from "../errors";

/** The relative error of a central difference by {@link STEP} is far below it, and that of a wrong formula above. */
export const ROUGH = 1e-3;

const STEP = 1e-4;

/** Whether two numbers agree about as far as differences of numbers of the size `size` can tell. */
export function isNear(a: number, b: number, size: number): boolean {
  return Math.abs(a - b) <= ROUGH * Math.abs(b) + 1e-9 * size;
}

/**
 * Checks a derivative at a number.
 *
 * @param what both functions and the place, such as `["slope", "value", "at 2"]`.
 * @param unit a length on which `f` changes about as much as a whole, positive.
 * @throws InputError when it is not the one of `f`.
 */
export function checkDerivative(
  where: string,
  [name, of, place]: readonly [name: string, of: string, place: string],
  f: (x: number) => number,
  at: number,
  unit: number,
  stated: number,
): void {
  const h = STEP * unit;
  const found = (f(at + h) - f(at - h)) / (2 * h);
  if (isNear(stated, found, Math.abs(f(at)) / unit)) return;
  const rule = `the derivative of ${of} there, ${Number(found.toPrecision(4))} by differences`;
  throw mustBe(where, `${name} ${place}`, rule, stated);
}
