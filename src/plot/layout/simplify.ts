import type { Polyline } from "../charts/isolines";

/**
 * The fewest of a polyline's own points that stay within `tolerance` of all of them; both ends are kept.
 *
 * @see Douglas and Peucker (1973), doi 10.3138/FM57-6770-U75U-7727
 */
export function simplify({ x, y }: Polyline, tolerance: number): Polyline {
  const kept = new Set([0, x.length - 1]);
  const pending: [number, number][] = [[0, x.length - 1]];
  for (let span = pending.pop(); span !== undefined; span = pending.pop()) {
    const [from, to] = span;
    let [farthest, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToSegment(x[i], y[i], x[from], y[from], x[to], y[to]);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    pending.push([from, farthest], [farthest, to]);
  }
  const order = [...kept].sort((a, b) => a - b);
  return { x: order.map((i) => x[i]), y: order.map((i) => y[i]) };
}

function distanceToSegment(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length2 = dx * dx + dy * dy;
  // A closed curve begins with a segment of length zero.
  const share = length2 === 0 ? 0 : Math.min(Math.max(((x - x1) * dx + (y - y1) * dy) / length2, 0), 1);
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}
