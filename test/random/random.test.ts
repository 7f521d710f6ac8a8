import assert from "node:assert/strict";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";
import { seededRandom } from "../../src";
import { assertAtMost } from "../support/assert-close";
import { normals } from "../support/problems";

const uniforms = (seed: number, size: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: size }, () => random.uniform());
};

describe("seededRandom", () => {
  it("gives equal streams for equal seeds and different ones for neighbouring seeds", () => {
    assert.deepEqual(uniforms(7, 50), uniforms(7, 50));
    for (const seed of [0, 1, -1, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      const [a, b] = [uniforms(seed, 2000), uniforms(seed - 1, 2000)];
      const correlation = a.reduce((sum, u, i) => sum + (u - 0.5) * (b[i] - 0.5), 0) / 2000 / (1 / 12);
      assertAtMost(`seeds ${seed} and ${seed - 1}`, Math.abs(correlation), 4 / Math.sqrt(2000));
    }
  });

  it("draws uniforms from [0, 1) with the moments of the uniform distribution", () => {
    const u = uniforms(1, 20_000);
    assert.ok(u.every((x) => x >= 0 && x < 1));
    const mean = u.reduce((a, b) => a + b) / u.length;
    assertAtMost("mean", Math.abs(mean - 0.5), (4 * Math.sqrt(1 / 12)) / Math.sqrt(u.length));
  });

  it("draws normals with the moments of the normal distribution, the spare ones too", () => {
    const z = normals(seededRandom(2), 20_000);
    const moment = (power: number): number => z.reduce((sum, x) => sum + x ** power, 0) / z.length;
    const error = 4 / Math.sqrt(z.length);
    assertAtMost("mean", Math.abs(moment(1)), error);
    assertAtMost("variance", Math.abs(moment(2) - 1), error * Math.sqrt(2));
    assertAtMost("skewness", Math.abs(moment(3)), error * Math.sqrt(15));
    assertAtMost("kurtosis", Math.abs(moment(4) - 3), error * Math.sqrt(96));
    const product = z.reduce((sum, x, i) => sum + x * (z[i + 1] ?? 0), 0) / z.length;
    assertAtMost("neighbours", Math.abs(product), error);
  });

  it("draws permutations that are permutations, each with equal probability", () => {
    const random = seededRandom(3);
    assert.deepEqual(random.permutation(0), new Int32Array(0));
    assert.deepEqual(
      random.permutation(100).slice().sort(),
      Int32Array.from({ length: 100 }, (_, i) => i),
    );
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const key = random.permutation(3).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    for (const [key, count] of counts)
      assertAtMost(key, Math.abs(count - 1000), 4 * Math.sqrt(1000 * (5 / 6)));
  });

  it("shuffles in place what it permutes", () => {
    const entries = Int32Array.from({ length: 50 }, (_, i) => i);
    seededRandom(6).shuffle(entries);
    assert.deepEqual(entries, seededRandom(6).permutation(50));
    const repeated = Int32Array.of(7, 7, 9);
    seededRandom(6).shuffle(repeated);
    assert.deepEqual([...repeated].sort(), [7, 7, 9]);
  });

  it("splits off streams that are their own and repeat with the seed", () => {
    const draw = (): number[] => {
      const parent = seededRandom(4);
      const child = parent.split();
      return [child.uniform(), parent.uniform(), child.uniform(), parent.split().uniform()];
    };
    assert.deepEqual(draw(), draw());
    assert.equal(new Set(draw()).size, 4);
    const parent = seededRandom(5);
    const child = parent.split();
    const pairs = Array.from({ length: 2000 }, () => (parent.uniform() - 0.5) * (child.uniform() - 0.5));
    assertAtMost("correlation", Math.abs((12 * pairs.reduce((a, b) => a + b)) / 2000), 4 / Math.sqrt(2000));
  });

  it("refuses a seed that is not an integer, in one sentence", () => {
    for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      assert.throws(() => seededRandom(seed), {
        name: "InputError",
        message: `seededRandom: seed must be an integer, got ${seed}`,
      });
    }
  });

  it("keeps its streams from version to version", () => {
    // pure-rand 8: xoroshiro128plus(1), 64 outputs skipped, uniformFloat64.
    const generator = xoroshiro128plus(1);
    skipN(generator, 64);
    const expected = Array.from({ length: 5 }, () => uniformFloat64(generator));
    assert.deepEqual(uniforms(1, 5), expected);
  });

  it("uses all digits of the seed", () => {
    assert.notDeepEqual(uniforms(1, 5), uniforms(1 + 2 ** 32, 5));
    assert.notDeepEqual(uniforms(1, 5), uniforms(1 + 2 ** 40, 5));
    assert.notDeepEqual(uniforms(-1, 5), uniforms(2 ** 32 - 1, 5));
  });
});
