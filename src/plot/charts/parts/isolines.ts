/** Isolines of a function on a grid, and their simplification. */

/** Values on a square grid of `resolution` x `resolution` nodes over `[-extent, extent]^2`. */
export interface GridField {
  readonly extent: number;
  readonly resolution: number;
  /** `values[i * resolution + j]` is the value at the `i`-th ordinate and the `j`-th abscissa. */
  readonly values: ArrayLike<number>;
}

/** A polyline as parallel lists of coordinates. */
export interface Polyline {
  readonly x: number[];
  readonly y: number[];
}

/** Returns the curves on which a field has the value `level`; those that leave the square end at its border. */
export function isolines(field: GridField, level: number): Polyline[] {
  return traceIsolines(field, level, 0);
}

/** Returns the closed outlines of the region where a field is at most `level`; they follow the border where it is cut. */
export function sublevelOutlines(field: GridField, level: number): Polyline[] {
  return traceIsolines(field, level, 1);
}

/**
 * Traces isolines by marching squares.
 *
 * With `margin` 1 the grid has a frame of infinite values *on* its border, so every curve closes. Every curve has the lower side
 * on its right. In a cell with two curves the mean of the corners decides how they connect.
 *
 * @see Lorensen and Cline (1987), in two dimensions
 */
function traceIsolines({ extent, resolution, values }: GridField, level: number, margin: 0 | 1): Polyline[] {
  const size = resolution + 2 * margin;
  const inside = (i: number): number => Math.min(Math.max(i - margin, 0), resolution - 1);
  const isFrame = (i: number): boolean => margin === 1 && (i === 0 || i === size - 1);
  const valueAt = (row: number, column: number): number =>
    isFrame(row) || isFrame(column)
      ? Number.POSITIVE_INFINITY
      : values[inside(row) * resolution + inside(column)];
  const coordinate = (i: number): number => (2 * extent * inside(i)) / (resolution - 1) - extent;

  // The number of an edge is 2 * node, plus 1 if it is vertical, where node is its lower-left one.
  const horizontal = (row: number, column: number): number => 2 * (row * size + column);
  const vertical = (row: number, column: number): number => 2 * (row * size + column) + 1;
  const next = new Map<number, number>();
  for (let row = 0; row < size - 1; row++)
    for (let column = 0; column < size - 1; column++) {
      const corners = [
        valueAt(row, column),
        valueAt(row, column + 1),
        valueAt(row + 1, column + 1),
        valueAt(row + 1, column),
      ];
      const edges = [
        horizontal(row, column),
        vertical(row, column + 1),
        horizontal(row + 1, column),
        vertical(row, column),
      ];
      const low = corners.map((value) => value <= level);
      // Counter-clockwise around a cell, curves leave it where low turns into high and enter where high turns into low.
      const exits = [0, 1, 2, 3].filter((k) => low[k] && !low[(k + 1) % 4]);
      const meanIsLow = corners.reduce((sum, value) => sum + value, 0) / 4 <= level;
      for (const exit of exits) {
        const turn = exits.length === 1 ? [1, 2, 3].find((d) => entersAt(low, exit + d))! : meanIsLow ? 1 : 3;
        next.set(edges[(exit + turn) % 4], edges[exit]);
      }
    }

  const pointOn = (edge: number): [x: number, y: number] => {
    const node = Math.floor(edge / 2);
    const row = Math.floor(node / size);
    const column = node % size;
    const isVertical = edge % 2 === 1;
    const a = valueAt(row, column);
    const b = isVertical ? valueAt(row + 1, column) : valueAt(row, column + 1);
    const share = Number.isFinite(a) && Number.isFinite(b) ? (level - a) / (b - a) : 0.5;
    const between = (i: number): number => coordinate(i) + share * (coordinate(i + 1) - coordinate(i));
    return isVertical ? [coordinate(column), between(row)] : [between(column), coordinate(row)];
  };
  return chain(next).map((edges) => {
    const points = edges.map(pointOn);
    return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
  });
}

function entersAt(low: readonly boolean[], k: number): boolean {
  return !low[k % 4] && low[(k + 1) % 4];
}

/** Joins edges to sequences by their successors; closed sequences repeat the first edge at the end. */
function chain(next: Map<number, number>): number[][] {
  const followers = new Set(next.values());
  const starts = [...next.keys()].filter((edge) => !followers.has(edge));
  const chains: number[][] = [];
  for (const start of [...starts, ...next.keys()]) {
    if (!next.has(start)) continue;
    const edges = [start];
    for (let edge = next.get(start); edge !== undefined; edge = next.get(edge)) {
      edges.push(edge);
      next.delete(edges[edges.length - 2]);
    }
    chains.push(edges);
  }
  return chains;
}

/**
 * Drops points of a polyline so that all of them stay within `tolerance` of the rest; both ends are kept.
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
