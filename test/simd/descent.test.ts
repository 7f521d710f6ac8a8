import assert from "node:assert/strict";
import { mcp, scad } from "../../src/penalties";
import { seededRandom } from "../../src/random/random";
import type { Arena } from "../../src/simd/arena";
import { arenas, guarded, guardsHold, indicesIn } from "../support/kernel-arenas";
import { normals } from "../support/problems";

const N = 31;
const P = 9;
/** Columns in use, in this order. */
const INDICES = [7, 0, 3, 8, 2];
const CYCLES = 400;

interface Problem {
  readonly X: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  readonly squaredNorms: Float64Array;
}

function problem(hasWeights: boolean): Problem {
  const random = seededRandom(4);
  const X = normals(random, N * P);
  const weights = hasWeights ? normals(random, N).map((z) => z * z) : undefined;
  return {
    X,
    y: normals(random, N).map((z, i) => z + 2 * X[7 * N + i] - X[3 * N + i]),
    weights,
    l1: Float64Array.of(2, 3, 1, 40, 0),
    l2: Float64Array.of(0, 1, 0.5, 0, 2),
    squaredNorms: Float64Array.from(INDICES, (j) =>
      weightedDot(X, j, X.subarray(j * N, (j + 1) * N), weights),
    ),
  };
}

function weightedDot(X: Float64Array, j: number, v: Float64Array, weights?: Float64Array): number {
  return v.reduce((sum, value, i) => sum + X[j * N + i] * value * (weights?.[i] ?? 1), 0);
}

/** Cycles on the residual; the largest change of the last one. */
function descend(arena: Arena, given: Problem, cycles: number) {
  const room = (values: ArrayLike<number>) => guarded(arena, values);
  const [beta, residual] = [room(new Float64Array(INDICES.length)), room(given.y)];
  const [X, l1, l2, squaredNorms] = [given.X, given.l1, given.l2, given.squaredNorms].map(room);
  const weights = given.weights && room(given.weights);
  const indices = indicesIn(arena, INDICES);
  let change = Number.NaN;
  for (let cycle = 0; cycle < cycles; cycle++) {
    change = arena.kernels.descendOnResidual(X, indices, squaredNorms, l1, l2, beta, residual, weights);
  }
  assert.ok(guardsHold());
  return { beta: Float64Array.from(beta), residual: Float64Array.from(residual), change };
}

describe("coordinate descent kernels", () => {
  for (const hasWeights of [false, true]) {
    const given = problem(hasWeights);
    const title = hasWeights ? "with weights" : "without weights";

    it(`reach a point where every coordinate is stationary, ${title}`, () => {
      for (const { arena } of arenas()) {
        const { beta, residual, change } = descend(arena, given, CYCLES);
        assert.equal(beta[3], 0);
        assert.ok(change < 1e-24);
        INDICES.forEach((j, k) => {
          const slope = weightedDot(given.X, j, residual, given.weights) - given.l2[k] * beta[k];
          if (beta[k] === 0) assert.ok(Math.abs(slope) <= given.l1[k]);
          else assert.ok(Math.abs(slope - given.l1[k] * Math.sign(beta[k])) < 1e-11);
        });
      }
    });

    it(`keep the residual that of the coefficients, ${title}`, () => {
      for (const { arena } of arenas()) {
        const { beta, residual } = descend(arena, given, 3);
        const own = given.y.map((value, i) =>
          INDICES.reduce((rest, j, k) => rest - beta[k] * given.X[j * N + i], value),
        );
        own.forEach((value, i) => {
          assert.ok(Math.abs(value - residual[i]) < 1e-13);
        });
      }
    });

    it(`have the same bits in every backend, ${title}`, () => {
      const [first, ...others] = arenas().map(({ arena }) => descend(arena, given, 7));
      for (const other of others) assert.deepEqual(other, first);
    });
  }

  it("take the same steps on the Gram matrix, its rows further apart than they are long", () => {
    const given = problem(false);
    const size = INDICES.length;
    const stride = size + 2;
    const gram = new Float64Array(size * stride).fill(Number.NaN);
    INDICES.forEach((a, k) => {
      INDICES.forEach((b, l) => {
        gram[k * stride + l] = weightedDot(given.X, a, given.X.subarray(b * N, (b + 1) * N));
      });
    });
    const start = INDICES.map((j) => weightedDot(given.X, j, given.y));
    const results = arenas().map(({ arena }) => {
      const [G, l1, l2] = [gram, given.l1, given.l2].map((values) => guarded(arena, values));
      const [beta, slopes] = [guarded(arena, new Float64Array(size)), guarded(arena, start)];
      let change = 0;
      for (let cycle = 0; cycle < 5; cycle++)
        change = arena.kernels.descendOnGram(G, stride, l1, l2, beta, slopes);
      assert.ok(guardsHold());
      const { beta: own, residual, change: ownChange } = descend(arena, given, 5);
      beta.forEach((value, k) => {
        assert.ok(Math.abs(value - own[k]) < 1e-12);
        assert.ok(Math.abs(slopes[k] - weightedDot(given.X, INDICES[k], residual)) < 1e-11);
      });
      assert.ok(Math.abs(change - ownChange) < 1e-12);
      return [...beta, ...slopes, change];
    });
    for (const result of results) assert.deepEqual(result, results[0]);
  });

  it("say NaN where a number is none, and leave excluded coordinates at zero", () => {
    const given = problem(false);
    for (const { arena } of arenas()) {
      const excluded = { ...given, l1: new Float64Array(INDICES.length).fill(Number.POSITIVE_INFINITY) };
      assert.deepEqual(descend(arena, excluded, 1).beta, new Float64Array(INDICES.length));
      const y = given.y.slice();
      y[5] = Number.NaN;
      assert.equal(descend(arena, { ...given, y }, 1).change, Number.NaN);
    }
  });

  const shapes = [
    ["mcp", 3, mcp({ gamma: 3 })],
    ["mcp", 1.2, mcp({ gamma: 1.2 })],
    ["scad", 3.7, scad({ gamma: 3.7 })],
    ["scad", 2.1, scad({ gamma: 2.1 })],
  ] as const;
  for (const [shape, gamma, penalty] of shapes) {
    it(`minimise single coordinates as the penalty ${penalty.name} does, to the same bits in every backend`, () => {
      const random = seededRandom(9);
      const size = 7;
      const stride = size + 3;
      const level = 0.7;
      for (const scale of [0.05, 0.3, 1, 4]) {
        const Z = normals(random, size * size);
        const gram = new Float64Array(size * stride).fill(Number.NaN);
        for (let k = 0; k < size; k++) {
          for (let l = 0; l < size; l++) {
            let entry = k === l ? 1 : 0;
            for (let i = 0; i < size; i++) entry += Z[k * size + i] * Z[l * size + i];
            gram[k * stride + l] = scale * entry;
          }
        }
        const target = normals(random, size).map((z) => 6 * scale * z);
        const order = [3, 0, 6, 1, 2, 4, 3];
        const runs = (start: ArrayLike<number>) =>
          arenas().map(({ arena }) => {
            const [G, levels] = [guarded(arena, gram), guarded(arena, new Float64Array(size).fill(level))];
            const [beta, slopes] = [guarded(arena, new Float64Array(size)), guarded(arena, start)];
            const change = arena.kernels.descendFoldedOnGram(
              G,
              stride,
              indicesIn(arena, order),
              shape,
              gamma,
              levels,
              beta,
              slopes,
            );
            assert.ok(guardsHold());
            return [...beta, ...slopes, change];
          });
        const results = runs(target);
        for (const result of results) assert.deepEqual(result, results[0]);
        const spoiled = runs(target.map((slope, k) => (k === 2 ? Number.NaN : slope)));
        for (const result of spoiled) assert.deepEqual(result, spoiled[0]);
        assert.equal(spoiled[0][2 * size], Number.NaN);

        const beta = new Float64Array(size);
        let largest = 0;
        for (const k of order) {
          const h = gram[k * stride + k];
          let slope = target[k];
          for (let l = 0; l < size; l++) slope -= gram[k * stride + l] * beta[l];
          const fresh = penalty.coordinateProx(k, beta[k] + slope / h, 1 / h, level);
          largest = Math.max(largest, h * (fresh - beta[k]) ** 2);
          beta[k] = fresh;
        }
        beta.forEach((b, k) => {
          assert.ok(Math.abs(b - results[0][k]) < 1e-10, `${b} and ${results[0][k]}`);
        });
        assert.ok(Math.abs(largest - results[0][2 * size]) < 1e-9);
        assert.equal(beta[5], 0);
      }
    });
  }
});
