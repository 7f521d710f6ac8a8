import { seededRandom, Table } from "smooth-edges";
import { type Arena, arenaOf, bytesOf, plainArena } from "../src/simd/arena";
import { kernelBackend } from "../src/simd/kernel-module";
import { interleaved } from "./interleaved";

const SEED = 1;
/** Columns that the first or second cache holds. */
const CACHED = 64;
/** Arrays beside the columns. */
const VECTORS = 16;
/** Operations of one measurement at least, so that the clock resolves it. */
const OPERATIONS = 4e6;

/** A kernel on prepared memory. */
interface Work {
  readonly name: string;
  /** Additions and multiplications of one run. */
  readonly operations: number;
  run(): void;
}

/** Billions of operations a second of each kernel, in this process' backend and in TypeScript, taking turns. */
export function benchKernels(nSamples: number, nFeatures: number, size: number, rounds: number): Table {
  const bytes =
    bytesOf(nSamples * nFeatures) +
    bytesOf(2 * size ** 2) +
    VECTORS * bytesOf(nSamples + nFeatures + 2 * size);
  const [fast, plain] = [arenaOf(bytes), plainArena].map((arena) =>
    worksIn(arena, nSamples, nFeatures, size),
  );
  const rows = fast.map(({ name, operations, run }, k) => {
    const repeats = Math.ceil(OPERATIONS / operations);
    const repeated = (once: () => void) => () => {
      for (let r = 0; r < repeats; r++) once();
    };
    const seconds = interleaved(
      [
        { name, run: repeated(run) },
        { name, run: repeated(plain[k].run) },
      ],
      rounds,
    );
    const rates = seconds.map((time) => (operations * repeats) / time / 1e9);
    return [name, rates[0], rates[1], rates[0] / rates[1]];
  });
  return new Table({
    title: `billions of operations a second, n = ${nSamples}, p = ${nFeatures}, m = ${size}, median of ${rounds} interleaved rounds, seed ${SEED}`,
    columns: ["kernel", kernelBackend(), "TypeScript", "ratio"],
    maxRows: rows.length,
    rows,
  });
}

function worksIn(arena: Arena, n: number, p: number, m: number): Work[] {
  const { kernels } = arena;
  const random = seededRandom(SEED);
  const normals = (length: number) => {
    const values = arena.float64(length);
    for (let i = 0; i < length; i++) values[i] = random.normal();
    return values;
  };
  const X = normals(n * p);
  const v = normals(n);
  const dots = arena.float64(p);
  const few = Math.min(CACHED, p, m);
  const [cached, someDots] = [X.subarray(0, few * n), dots.subarray(0, few)];
  const indices = arena.int32(m);
  for (let k = 0; k < m; k++) indices[k] = k % p;
  const [weights, small] = [arena.float64(n).fill(0.5), arena.float64(few).fill(1e-9)];
  const gram = arena.float64(m * m);
  kernels.gramBlock(X, n, indices, indices, gram);
  // Heavier on the diagonal, so that it has a factor however many columns and rows were asked for.
  const triangle = new Float64Array((m * (m + 1)) / 2);
  for (let i = 0, at = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) triangle[at++] = gram[i * m + j] + (i === j ? n + m : 0);
  }
  const factor = arena.float64(triangle.length);
  factor.set(triangle);
  kernels.factorPacked(factor, 0, m, 0);
  const whole = factor.slice();
  const fresh = arena.float64(triangle.length);
  const b = arena.float64(m);
  const rotations = arena.float64(2 * m);
  return [
    { name: "dot", operations: 2 * n, run: () => void kernels.dot(v, weights) },
    { name: "add scaled", operations: 2 * n, run: () => kernels.addScaled(1e-9, weights, v) },
    {
      name: `X'r, ${few} columns`,
      operations: 2 * n * few,
      run: () => kernels.columnDots(cached, weights, someDots),
    },
    { name: "X'r, all columns", operations: 2 * n * p, run: () => kernels.columnDots(X, weights, dots) },
    {
      name: `X w, ${few} columns`,
      operations: 2 * n * few,
      run: () => kernels.addColumns(X, indices.subarray(0, few), small, v),
    },
    {
      name: "Gram block",
      operations: 2 * n * m ** 2,
      run: () => kernels.gramBlock(X, n, indices, indices, gram),
    },
    {
      name: "Gram block with weights",
      operations: 2 * n * m ** 2,
      run: () => kernels.gramBlock(X, n, indices, indices, gram, weights),
    },
    {
      name: "Cholesky factor",
      operations: m ** 3 / 3,
      run() {
        fresh.set(triangle);
        kernels.factorPacked(fresh, 0, m, 0);
      },
    },
    {
      name: "both triangular solves",
      operations: 2 * m ** 2,
      run() {
        b.fill(1);
        kernels.forwardSolve(factor, b);
        kernels.backSolve(factor, b);
      },
    },
    {
      name: "first row dropped",
      operations: 3 * m ** 2,
      run() {
        fresh.set(whole);
        kernels.dropRow(fresh, m, 0, rotations);
      },
    },
  ];
}
