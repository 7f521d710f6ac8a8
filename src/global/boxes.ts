/**
 * How a bound narrows boxes, and fixes coefficients and signs: it is a sum over coordinates, `LB = base_j + min over S_j of F_j`, so that where
 * `F_j(t) > U - base_j` nothing is better than `U`.
 *
 * @see Savelsbergh, Preprocessing and probing techniques for mixed integer programming problems (1994)
 */
import type { Relaxation } from "./bound";

/** Share of a box by which an end has to move for it to be worth it. */
const LEAST_CUT = 0.05;

/** Halvings for an end of a box: it is known to a hundredth of its distance. */
const HALVINGS = 7;

/** The result of {@link narrowBoxes}. */
export interface Narrowing {
  /** The least bound of a part that was left out, infinite where there was none. */
  readonly leftOut: number;
  /** Number of boxes that lost a fifth or more. */
  readonly changed: number;
  /** Whether nothing is left. */
  readonly isEmpty: boolean;
}

/**
 * Narrows the boxes of a node by its bound, and fixes coefficients and signs.
 *
 * @param cutoff what a part must be above to be left out.
 */
export function narrowBoxes(node: Relaxation, cutoff: number): Narrowing {
  const { open, nOpen, low, high, minima, v, errors } = node;
  let changed = 0;
  let leftOut = Number.POSITIVE_INFINITY;
  for (let k = 0; k < nOpen; k++) {
    const j = open[k];
    const room = cutoff - (node.bound - minima[j]);
    const [lowest, highest] = [low[j], high[j]];
    if (Number.isNaN(room) || (lowest === 0 && highest === 0)) continue;
    const above =
      highest > 0
        ? narrowedSide(node, j, j, Math.max(lowest, 0), highest, v[j] - errors[j], room)
        : undefined;
    const below =
      lowest < 0
        ? narrowedSide(node, j, low.length + j, Math.max(-highest, 0), -lowest, -v[j] - errors[j], room)
        : undefined;
    const hasZero = lowest <= 0 && highest >= 0 && room >= 0;
    if (!above && !below && !hasZero) return { leftOut: cutoff, changed, isEmpty: true };
    const nextHigh = above ? above.to : hasZero ? 0 : -below!.from;
    const nextLow = below ? -below.to : hasZero ? 0 : above!.from;
    if (nextLow === lowest && nextHigh === highest) continue;
    leftOut = cutoff;
    if (nextHigh - nextLow < 0.8 * (highest - lowest)) changed++;
    node.narrow(j, nextLow, nextHigh);
  }
  return { leftOut, changed, isEmpty: false };
}

/** A part of one side of a box, in magnitudes. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * The part of one side outside of which `F(t) = g(t) + s t` is above `room`, to some hundredths of the side; undefined where it is so
 * everywhere but at a zero that the side begins with.
 */
function narrowedSide(
  node: Relaxation,
  j: number,
  side: number,
  a: number,
  b: number,
  s: number,
  room: number,
): Part | undefined {
  const begin = a > 0 ? a : node.least[j];
  if (begin > b || (a === 0 && node.isSteep(side, s, begin, room))) return undefined;
  if (node.sideMinimum(j, begin, b, s) > room) return undefined;
  const place = node.place;
  const isAbove = (from: number, to: number): boolean => node.sideMinimum(j, from, to, s) > room;
  let [from, to] = [begin, b];
  const cut = b - LEAST_CUT * (b - begin);
  if (place < cut && isAbove(cut, b)) {
    to = cut;
    let inside = place;
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (inside + to) / 2;
      if (isAbove(middle, to)) to = middle;
      else inside = middle;
    }
  }
  const raised = begin + LEAST_CUT * (to - begin);
  if ((a > 0 || room < 0) && place > raised && isAbove(begin, raised)) {
    from = raised;
    let inside = place;
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (inside + from) / 2;
      if (isAbove(from, middle)) from = middle;
      else inside = middle;
    }
  }
  return { from, to };
}
