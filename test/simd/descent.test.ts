import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { mcp, scad } from "../../src/penalties";
import { arenas, guarded, guardsHold, indicesIn } from "../support/kernel-arenas";
import { normals } from "../support/problems";

describe("coordinate descent on a Gram matrix", () => {
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
