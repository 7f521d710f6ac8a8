import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { skipN } from "pure-rand/utils/skipN";
import { mustBe } from "../errors";

/** A stream of random numbers that a seed fixes on every machine. */
export interface SeededRandom {
  /** Uniform on [0, 1). */
  uniform(): number;

  /** Standard normal. */
  normal(): number;

  /** A uniformly drawn permutation of `0 .. size - 1`. */
  permutation(size: number): Int32Array;

  /** Puts the entries into a uniformly drawn order, in place. */
  shuffle(entries: Int32Array): void;

  /** A stream of its own: its 128 bits of state are drawn from this one. */
  split(): SeededRandom;
}

/**
 * A stream of random numbers: xoroshiro128+, normals by the polar method of Marsaglia.
 *
 * @param seed an integer of at most 53 bits; equal seeds give equal streams, and only they.
 * @throws InputError when the seed is not an integer.
 * @example
 * ```ts
 * seededRandom(7).normal() === seededRandom(7).normal(); // true
 * ```
 */
export function seededRandom(seed: number): SeededRandom {
  if (!Number.isSafeInteger(seed)) throw mustBe("seededRandom", "seed", "an integer", seed);
  const high = Math.floor((seed + 2 ** 31) / 2 ** 32); // 0 for seeds of 32 bits
  const generator = xoroshiro128plusFromState([-1, ~seed, seed | 0, high]);
  skipN(generator, 64); // the first outputs of neighbouring seeds resemble each other
  return streamOf(generator);
}

function streamOf(generator: RandomGenerator): SeededRandom {
  let spare: number | undefined;
  const shuffle = (entries: Int32Array): void => {
    for (let i = entries.length - 1; i > 0; i--) {
      const other = uniformInt(generator, 0, i);
      const entry = entries[i];
      entries[i] = entries[other];
      entries[other] = entry;
    }
  };
  return {
    uniform: () => uniformFloat64(generator),

    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * uniformFloat64(generator) - 1;
        const y = 2 * uniformFloat64(generator) - 1;
        const radius = x * x + y * y;
        if (radius >= 1 || radius === 0) continue;
        const stretch = Math.sqrt((-2 * Math.log(radius)) / radius);
        spare = y * stretch;
        return x * stretch;
      }
    },

    permutation(size) {
      const order = Int32Array.from({ length: size }, (_, i) => i);
      shuffle(order);
      return order;
    },

    shuffle,

    split() {
      return streamOf(xoroshiro128plusFromState(Array.from({ length: 4 }, () => generator.next())));
    },
  };
}
