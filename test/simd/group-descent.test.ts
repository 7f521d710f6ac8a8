/** Cycles of block descent by the kernels, against the conditions of a minimum. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { symmetricEigen } from "../../src/linalg/symmetric-eigen";
import { groupL2 } from "../../src/penalties";
import { seededRandom } from "../../src/random/random";
import type { Arena } from "../../src/simd/arena";
import { assertAllClose, assertAtMost } from "../support/assert-close";
import { arenas, guarded, guardsHold, indicesIn } from "../support/kernel-arenas";
import { normals } from "../support/problems";

interface Quadratic {
  readonly gram: Float64Array;
  readonly stride: number;
  readonly sizes: readonly number[];
  readonly levels: readonly number[];
  readonly start: ArrayLike<number>;
  /** `G b - c` at the start. */
  readonly gradient: ArrayLike<number>;
}

/** Of the groups' own blocks of a Gram matrix. */
function eigenbases(gram: Float64Array, stride: number, sizes: readonly number[]) {
  const [count, width] = [sizes.reduce((a, b) => a + b), Math.max(...sizes) + 1];
  const [curvatures, bases] = [new Float64Array(count), new Float64Array(count * width)];
  let first = 0;
  for (const size of sizes) {
    const block = Float64Array.from(
      { length: size * size },
      (_, at) => gram[(first + Math.floor(at / size)) * stride + first + (at % size)],
    );
    const { values, vectors } = symmetricEigen(block, size);
    curvatures.set(values, first);
    vectors.forEach((vector, k) => {
      bases.set(vector, (first + k) * width);
    });
    first += size;
  }
  return { curvatures, bases, width };
}

/** Cycles of the kernel from the start; the largest change of the last. */
function descend(arena: Arena, given: Quadratic, cycles: number) {
  const { gram, stride, sizes, levels, start, gradient } = given;
  const { curvatures, bases, width } = eigenbases(gram, stride, sizes);
  const room = (values: ArrayLike<number>) => guarded(arena, values);
  const [beta, pull, G] = [room(start), room(gradient), room(gram)];
  const [L, C, B] = [room(levels), room(curvatures), room(bases)];
  const places = indicesIn(arena, sizes);
  let change = Number.NaN;
  for (let cycle = 0; cycle < cycles; cycle++) {
    change = arena.kernels.descendGroupsOnGram(G, stride, places, L, C, B, width, beta, pull);
  }
  assert.ok(guardsHold());
  return { beta: Float64Array.from(beta), gradient: Float64Array.from(pull), change };
}

/** One group of a diagonal Gram matrix, from `start`. */
function alone(curvature: readonly number[], z: readonly number[], level: number, start: readonly number[]) {
  const size = z.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) gram[i * size + i] = curvature[i];
  const gradient = z.map((entry, i) => curvature[i] * start[i] - entry);
  const given = { gram, stride: size, sizes: [size], levels: [level], start, gradient };
  const [first, ...others] = arenas().map(({ arena }) => descend(arena, given, 1));
  for (const other of others) assert.deepEqual(other, first);
  return first.beta;
}

/** Correlated groups of several sizes, one of them twice, and one too weak to enter; rows further apart than they are long. */
function several(levels: readonly number[]): Quadratic {
  const { sizes, columns, y } = severalColumns();
  const count = columns.length;
  const stride = count + 3;
  const gram = new Float64Array(count * stride).fill(Number.NaN);
  const own = gramOf(columns, 1);
  for (let k = 0; k < count; k++) gram.set(own.subarray(k * count, (k + 1) * count), k * stride);
  const gradient = Float64Array.from(columns, (column) => -dot(column, y));
  return { gram, stride, sizes, levels, start: new Float64Array(count), gradient };
}

function severalColumns() {
  const [sizes, n] = [[3, 1, 5, 2, 2], 30];
  const count = sizes.reduce((a, b) => a + b);
  const random = seededRandom(12);
  const X = normals(random, n * count);
  for (let k = 1; k < count; k++) for (let i = 0; i < n; i++) X[k * n + i] += 0.7 * X[(k - 1) * n + i];
  X.set(X.subarray(9 * n, 11 * n), 11 * n);
  const y = normals(random, n).map((e, i) => e + 3 * X[i] - 2 * X[5 * n + i] + X[9 * n + i]);
  const columns = Array.from({ length: count }, (_, k) => X.subarray(k * n, (k + 1) * n));
  return { sizes, columns, y };
}

function gramOf(columns: readonly Float64Array[], scale: number): Float64Array {
  return Float64Array.from(columns.flatMap((a) => columns.map((b) => scale * dot(a, b))));
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, entry, i) => sum + entry * b[i], 0);

const entry = fc.double({ min: -5, max: 5, noNaN: true });
const bend = fc.double({ min: 0, max: 4, noNaN: true });

describe("block descent kernels", () => {
  it("minimise a group alone: zero exactly where the slope is below that of the norm, else where they balance", () => {
    const penalty = groupL2([0, 0, 0]);
    const vectors = fc.tuple(
      fc.tuple(bend, bend, bend),
      fc.tuple(entry, entry, entry),
      fc.tuple(entry, entry, entry),
    );
    fc.assert(
      fc.property(vectors, fc.constantFrom(1.5e-3, 0.45, 3), ([curvature, z, start], level) => {
        // Without curvature there is a minimum only where the norm outweighs the slope.
        const given = z.map((own, i) => (curvature[i] > 1e-3 ? own : 0));
        const from = start.map((own, i) => (curvature[i] > 1e-3 ? own : 0));
        const b = alone(curvature, given, level, from);
        const slope = Float64Array.from(b, (own, i) => curvature[i] * own - given[i]);
        const size = Math.hypot(...given);
        assert.equal(
          b.some((own) => own !== 0),
          size > level,
        );
        assertAtMost("violation", penalty.groupViolation(0, b, slope, level), 1e-12 * Math.max(1, size));
      }),
    );
  });

  it("take the step of the prox where all curvatures are the same", () => {
    const penalty = groupL2([0, 0, 0]);
    for (const curvature of [0.2, 1, 30]) {
      const expected = new Float64Array(3);
      const point = Float64Array.of(1, -2, 0.5).map((own) => own / curvature);
      penalty.groupProx!(0, point, 1 / curvature, 0.6, expected);
      const b = alone([curvature, curvature, curvature], [1, -2, 0.5], 0.6, [0, 0, 0]);
      assertAllClose("b", b, expected, 1e-14);
    }
  });

  it("find least squares without a penalty, zero where there is nothing to fit", () => {
    assertAllClose("b", alone([2, 0, 4], [1, 0, -2], 0, [0, 0, 0]), Float64Array.of(0.5, 0, -0.5), 0);
  });

  it("work in any unit, be it one whose squares are no numbers", () => {
    const b = alone([1, 2, 3], [4, 5, 6], 2, [0, 0, 0]);
    for (const unit of [1e-250, 1e250]) {
      const scaled = alone([1, 2, 3], [4 * unit, 5 * unit, 6 * unit], 2 * unit, [0, 0, 0]);
      const away = alone([1, 2, 3], [4 * unit, 5 * unit, 6 * unit], 2 * unit, [unit, unit, unit]);
      for (const own of [scaled, away])
        assertAllClose(
          "b",
          own.map((each) => each / unit),
          b,
          1e-14,
        );
    }
  });

  it("lead to a point where every group is stationary, to the same bits in every backend", () => {
    const levels = [20, 30, 10, 15, 500];
    const given = several(levels);
    const [first, ...others] = arenas().map(({ arena }) => descend(arena, given, 400));
    for (const other of others) assert.deepEqual(other, first);
    assertAtMost("change", first.change, 1e-10);
    const { gram, stride, sizes, gradient } = given;
    const { beta } = first;
    const penalty = groupL2(
      sizes.flatMap((size, g) => new Array<number>(size).fill(g)),
      { weights: levels },
    );
    const slope = Float64Array.from(gradient, (own, k) =>
      beta.reduce((sum, b, m) => sum + gram[k * stride + m] * b, own),
    );
    assertAllClose("gradient", first.gradient, slope, 1e-10);
    assertAtMost("violation", penalty.violation(beta, slope, 1), 1e-8);
    assert.deepEqual([...beta.subarray(11)], [0, 0]);
    assert.ok(beta.subarray(0, 3).every((b) => b !== 0));
  });

  it("say that nothing moves, and NaN where a number is none", () => {
    for (const { arena } of arenas()) {
      assert.equal(descend(arena, several([1e6, 1e6, 1e6, 1e6, 1e6]), 1).change, 0);
      const given = several([20, 30, 10, 15, 500]);
      const gradient = Float64Array.from(given.gradient);
      gradient[4] = Number.NaN;
      assert.equal(descend(arena, { ...given, gradient }, 1).change, Number.NaN);
    }
  });
});
