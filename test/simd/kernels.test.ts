import assert from "node:assert/strict";
import { seededRandom } from "../../src/random/random";
import type { Arena } from "../../src/simd/arena";
import type { StoredColumns } from "../../src/simd/kernels";
import { arenas, guarded, guardsHold, indicesIn } from "../support/kernel-arenas";
import { normals } from "../support/problems";

const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 10, 13, 15, 513, 1026];
const COUNTS = [0, 1, 2, 3, 5, 8];

interface Case {
  readonly n: number;
  readonly count: number;
  /** `count` columns of `n` numbers. */
  readonly X: Float64Array;
  readonly v: Float64Array;
  readonly weights: Float64Array;
  readonly scales: Float64Array;
  /** `count` columns in any order, some twice. */
  readonly indices: number[];
}

/** Cases of every length and count; `broken` puts a number into row 1 of column 2. */
function cases(broken?: number): Case[] {
  const random = seededRandom(1);
  const sizes = LENGTHS.flatMap((n) => COUNTS.map((count) => ({ n, count })));
  return [...sizes, { n: 2051, count: 5 }].map(({ n, count }) => {
    const X = normals(random, n * count);
    if (broken !== undefined && n > 1 && count > 2) X[2 * n + 1] = broken;
    return {
      n,
      count,
      X,
      v: normals(random, n),
      weights: normals(random, n).map((z) => z * z),
      scales: normals(random, count),
      indices: Array.from({ length: count }, () => Math.floor(random.uniform() * count)),
    };
  });
}

const column = ({ X, n }: Case, j: number): Float64Array => X.subarray(j * n, (j + 1) * n);

/** Of a sparse column about half of the entries, of some none. */
const isStored = (i: number, j: number): boolean => j % 4 !== 3 && (7 * i + 3 * j) % 5 < 3;
const storedRows = ({ n }: Case, j: number): number[] =>
  Array.from({ length: n }, (_, i) => i).filter((i) => isStored(i, j));

function storedIn(arena: Arena, given: Case): StoredColumns {
  const rows = Array.from({ length: given.count }, (_, j) => storedRows(given, j));
  let end = 0;
  return {
    starts: indicesIn(arena, [0, ...rows.map(({ length }) => (end += length))]),
    rows: indicesIn(arena, rows.flat()),
    values: guarded(
      arena,
      rows.flatMap((own, j) => own.map((i) => column(given, j)[i])),
    ),
  };
}

/** Sums and what rounding may do to them. */
function total(terms: ArrayLike<number>): { sum: number; size: number } {
  let [sum, size] = [0, 0];
  for (let i = 0; i < terms.length; i++) {
    sum += terms[i];
    size += Math.abs(terms[i]);
  }
  return { sum, size };
}

interface Kernel {
  readonly name: string;
  /** The result of the kernel, in the memory of its arena. */
  run(arena: Arena, given: Case): ArrayLike<number>;
  /** Terms of which entry `k` of the result is the sum, by the definition. */
  terms(given: Case, k: number): number[];
}

/** The products of some columns, or of all, with all. */
function gramIn(arena: Arena, given: Case, rows: number[] | undefined, hasWeights: boolean): Float64Array {
  const all = indicesIn(arena, given.indices);
  const some = rows ? indicesIn(arena, rows) : all;
  const out = guarded(arena, new Float64Array(some.length * given.count).fill(7));
  const weights = hasWeights ? guarded(arena, given.weights) : undefined;
  arena.kernels.gramBlock(guarded(arena, given.X), given.n, some, all, out, weights);
  return out;
}

function gramTerms(given: Case, k: number, hasWeights: boolean): number[] {
  const a = column(given, given.indices[Math.floor(k / given.count)]);
  const b = column(given, given.indices[k % given.count]);
  return Array.from(a, (x, i) => x * b[i] * (hasWeights ? given.weights[i] : 1));
}

const PRODUCTS: readonly Kernel[] = [
  {
    name: "dot",
    run: (arena, given) => {
      const [X, v] = [guarded(arena, given.X), guarded(arena, given.v)];
      return Array.from({ length: given.count }, (_, j) =>
        arena.kernels.dot(X.subarray(j * given.n, (j + 1) * given.n), v),
      );
    },
    terms: (given, k) => Array.from(column(given, k), (x, i) => x * given.v[i]),
  },
  {
    name: "addScaled",
    run: (arena, given) => {
      const out = guarded(arena, given.v);
      if (given.count > 2) arena.kernels.addScaled(given.scales[2], guarded(arena, column(given, 2)), out);
      return out;
    },
    terms: (given, i) => [given.v[i], given.count > 2 ? given.scales[2] * column(given, 2)[i] : 0],
  },
  {
    name: "columnDots",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.count).fill(7));
      arena.kernels.columnDots(guarded(arena, given.X), guarded(arena, given.v), out);
      return out;
    },
    terms: (given, k) => Array.from(column(given, k), (x, i) => x * given.v[i]),
  },
  {
    name: "columnDotsAt",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.count).fill(7));
      const indices = indicesIn(arena, given.indices);
      arena.kernels.columnDotsAt(guarded(arena, given.X), indices, guarded(arena, given.v), out);
      return out;
    },
    terms: (given, k) => Array.from(column(given, given.indices[k]), (x, i) => x * given.v[i]),
  },
  {
    name: "addColumns",
    run: (arena, given) => {
      const out = guarded(arena, given.v);
      const indices = indicesIn(arena, given.indices);
      arena.kernels.addColumns(guarded(arena, given.X), indices, guarded(arena, given.scales), out);
      return out;
    },
    terms: (given, i) => [given.v[i], ...given.indices.map((j, k) => given.scales[k] * column(given, j)[i])],
  },
  {
    name: "sparseDots",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.count).fill(7));
      arena.kernels.sparseDots(storedIn(arena, given), guarded(arena, given.v), out);
      return out;
    },
    terms: (given, k) => storedRows(given, k).map((i) => column(given, k)[i] * given.v[i]),
  },
  {
    name: "sparseDotsAt",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.count).fill(7));
      const indices = indicesIn(arena, given.indices);
      arena.kernels.sparseDotsAt(storedIn(arena, given), indices, guarded(arena, given.v), out);
      return out;
    },
    terms: (given, k) => {
      const j = given.indices[k];
      return storedRows(given, j).map((i) => column(given, j)[i] * given.v[i]);
    },
  },
  ...(["sums", "squares"] as const).map((which) => ({
    name: `compactColumns, ${which}`,
    run: (arena: Arena, given: Case) => {
      const room = () => guarded(arena, new Float64Array(given.count).fill(7));
      const summaries = { sums: room(), squares: room(), smallest: room(), largest: room() };
      arena.kernels.compactColumns(storedIn(arena, given), given.n, summaries);
      return summaries[which];
    },
    terms: (given: Case, k: number) =>
      storedRows(given, k).map((i) => column(given, k)[i] ** (which === "sums" ? 1 : 2)),
  })),
  ...(["means", "squares"] as const).map((which) => ({
    name: `summarizeColumns, ${which}`,
    run: (arena: Arena, given: Case) => {
      const room = () => guarded(arena, new Float64Array(given.count).fill(7));
      const summaries = { means: room(), squares: room(), smallest: room(), largest: room() };
      if (given.n > 0) arena.kernels.summarizeColumns(guarded(arena, given.X), given.n, summaries);
      else summaries[which].fill(0);
      return summaries[which];
    },
    terms: (given: Case, k: number) => {
      const shares = Array.from(column(given, k), (x) => x / given.n);
      if (which === "means") return shares;
      return Array.from(column(given, k), (x) => (x - total(shares).sum) ** 2);
    },
  })),
  {
    name: "addSparseColumns",
    run: (arena, given) => {
      const out = guarded(arena, given.v);
      const indices = indicesIn(arena, given.indices);
      arena.kernels.addSparseColumns(storedIn(arena, given), indices, guarded(arena, given.scales), out);
      return out;
    },
    terms: (given, i) => [
      given.v[i],
      ...given.indices.flatMap((j, k) => (isStored(i, j) ? [given.scales[k] * column(given, j)[i]] : [])),
    ],
  },
  {
    name: "weightedSquaredNorms",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.count).fill(7));
      arena.kernels.weightedSquaredNorms(guarded(arena, given.X), guarded(arena, given.weights), out);
      return out;
    },
    terms: (given, k) => Array.from(column(given, k), (x, i) => given.weights[i] * x * x),
  },
  {
    name: "weightedSquaredNorms of some columns",
    run: (arena, given) => {
      const out = guarded(arena, new Float64Array(given.indices.length).fill(7));
      const indices = indicesIn(arena, given.indices);
      arena.kernels.weightedSquaredNorms(
        guarded(arena, given.X),
        guarded(arena, given.weights),
        out,
        indices,
      );
      return out;
    },
    terms: (given, k) => Array.from(column(given, given.indices[k]), (x, i) => given.weights[i] * x * x),
  },
  ...[true, false].map((hasWeights) => ({
    name: hasWeights ? "gramBlock with weights" : "gramBlock",
    run: (arena: Arena, given: Case) => gramIn(arena, given, given.indices.slice(0, 5), hasWeights),
    terms: (given: Case, k: number) => gramTerms(given, k, hasWeights),
  })),
  ...[true, false].map((hasWeights) => ({
    name: hasWeights ? "gramBlock of one list with weights" : "gramBlock of one list",
    run: (arena: Arena, given: Case) => gramIn(arena, given, undefined, hasWeights),
    terms: (given: Case, k: number) => gramTerms(given, k, hasWeights),
  })),
];

const BROKEN = [Number.NaN, Number.POSITIVE_INFINITY];
const PLAIN_CASES = cases();
const BROKEN_CASES = BROKEN.flatMap((broken) => cases(broken));

describe("a kernel", () => {
  for (const { name, run, terms } of PRODUCTS) {
    it(`${name} is its definition up to rounding, writes nothing else, and has the same bits in every backend`, () => {
      for (const given of PLAIN_CASES) {
        const results = arenas().map(({ arena }) => run(arena, given));
        Array.from(results[0]).forEach((value, k) => {
          const { sum, size } = total(terms(given, k));
          const label = `n ${given.n}, count ${given.count}, entry ${k}: ${value} for ${sum}`;
          assert.ok(Math.abs(value - sum) <= 1e-13 * size, label);
          for (const result of results) assert.ok(result[k] === value, label);
        });
      }
      assert.ok(guardsHold());
    });

    it(`${name} passes on NaN and infinity where they enter, and nowhere else`, () => {
      for (const given of BROKEN_CASES) {
        for (const { arena } of arenas()) {
          Array.from(run(arena, given)).forEach((value, k) => {
            assert.equal(Number.isFinite(value), terms(given, k).every(Number.isFinite));
          });
        }
      }
    });
  }

  it("gives a column the same product whichever columns are asked for beside it", () => {
    for (const { arena } of arenas()) {
      const [n, p] = [1027, 11];
      const random = seededRandom(2);
      const X = guarded(arena, normals(random, n * p));
      const v = guarded(arena, normals(random, n));
      const all = arena.float64(p);
      arena.kernels.columnDots(X, v, all);
      const gram = arena.float64(p * p);
      const every = indicesIn(
        arena,
        Array.from({ length: p }, (_, j) => j),
      );
      arena.kernels.gramBlock(X, n, every, every, gram);
      const one = arena.float64(1);
      for (let a = 0; a < p; a++) {
        arena.kernels.columnDotsAt(X, every.subarray(a, a + 1), v, one);
        assert.equal(one[0], all[a]);
        assert.equal(arena.kernels.dot(X.subarray(a * n, (a + 1) * n), v), all[a]);
        for (let b = 0; b < p; b++) {
          arena.kernels.gramBlock(X, n, every.subarray(a, a + 1), every.subarray(b, b + 1), one);
          assert.equal(one[0], gram[a * p + b]);
          assert.equal(one[0], gram[b * p + a]);
        }
      }
    }
  });
});
