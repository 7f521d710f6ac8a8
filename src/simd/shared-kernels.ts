import type { KernelExports, Place } from "./kernel-exports";
import type { Kernels } from "./kernels";
import { currentWorkers, type MatvecWorkers, MOST_TILES, MOST_WORKERS, type Tile } from "./matvec-workers";
import { placesIn, SCRATCH_BYTES } from "./wasm-kernels";
import type { WasmMemory } from "./web-assembly";

/** Numbers of a room, in which one thread leaves its tile of a product for the call to take. */
const ROOM = 128 * 128;
const ROOMS_AT = MOST_WORKERS * SCRATCH_BYTES;

/** Bytes that these kernels use themselves at the beginning of a memory. */
export const SHARED_SCRATCH_BYTES: number = ROOMS_AT + MOST_TILES * ROOM * Float64Array.BYTES_PER_ELEMENT;

/** Multiplications of a product that is worth the trouble: some tenth of a millisecond of them. */
const WORTHWHILE = 2 ** 19;

/** Kernels on a memory that threads share, who compute the larger products of a crew side by side, to the same bits. */
export function sharedKernels(alone: Kernels, exports: unknown, memory: WasmMemory): Kernels {
  const { buffer } = memory;
  const place = placesIn(buffer);
  const rooms = new Float64Array(buffer, ROOMS_AT, MOST_TILES * ROOM);
  /** Where a product was begun and never done, by a thread that is lost or a call ended from outside, one may yet write to the rooms. */
  let isAlone = false;

  const crewFor = (size: number): MatvecWorkers | undefined =>
    isAlone || size < WORTHWHILE ? undefined : currentWorkers();

  const share = (crew: MatvecWorkers, tiles: readonly Tile[]): boolean => {
    isAlone = true;
    isAlone = !crew.share(memory, exports as KernelExports, tiles);
    return !isAlone;
  };

  /** Computes `out` by parts of it; false where it has to be computed by the call alone. */
  const dotsByParts = (
    crew: MatvecWorkers,
    out: Float64Array,
    tileOf: (from: number, count: number, room: Place) => Tile,
  ): boolean => {
    for (let start = 0; start < out.length; start += rooms.length) {
      const count = Math.min(out.length - start, rooms.length);
      const tiles = parts(count, MOST_TILES).map(([from, size]) =>
        tileOf(start + from, size, rooms.byteOffset + 8 * from),
      );
      if (!share(crew, tiles)) return false;
      out.set(rooms.subarray(0, count), start);
    }
    return true;
  };

  return {
    ...alone,
    columnDots(columns, v, out) {
      const n = v.length;
      const crew = crewFor(n * out.length);
      const [x, at] = [place(columns, n * out.length), place(v, 0)];
      const isDone =
        crew &&
        dotsByParts(crew, out, (from, size, room) => ["columnDots", x + 8 * n * from, size, at, n, room]);
      if (!isDone) alone.columnDots(columns, v, out);
    },
    columnDotsAt(columns, indices, v, out) {
      const n = v.length;
      const crew = crewFor(n * indices.length);
      const [x, list, at] = [place(columns, 0), place(indices, 0), place(v, 0)];
      place(out, indices.length);
      const dots = out.subarray(0, indices.length);
      const isDone =
        crew &&
        dotsByParts(crew, dots, (from, size, room) => [
          "columnDotsAt",
          x,
          list + 4 * from,
          size,
          at,
          n,
          room,
        ]);
      if (!isDone) alone.columnDotsAt(columns, indices, v, out);
    },
    gramBlock(columns, nSamples, rows, others, out, weights) {
      const isSymmetric = rows.byteOffset === others.byteOffset && rows.length === others.length;
      const crew = crewFor((nSamples * rows.length * others.length) / (isSymmetric ? 2 : 1));
      if (!crew) {
        alone.gramBlock(columns, nSamples, rows, others, out, weights);
        return;
      }
      const blocks = isSymmetric ? symmetricBlocks(rows.length) : columnBlocks(rows.length, others.length);
      const [x, w] = [place(columns, 0), weights ? place(weights, nSamples) : 0];
      const [a, b] = [place(rows, 0), place(others, 0)];
      place(out, rows.length * others.length);
      // A kernel takes lists in one place for one list, of which it computes half, by weights of the other factor.
      const fit = blocks.every(
        ({ height, left, width }) =>
          height * width <= ROOM && (isSymmetric || b + 4 * left !== a || width !== height),
      );
      const tiles = blocks.map(({ top, height, left, width }, k): Tile => {
        const room = rooms.byteOffset + 8 * k * ROOM;
        return ["gramBlock", x, nSamples, w, a + 4 * top, height, b + 4 * left, width, room];
      });
      if (!(fit && share(crew, tiles))) {
        alone.gramBlock(columns, nSamples, rows, others, out, weights);
        return;
      }
      const stride = others.length;
      blocks.forEach(({ top, height, left, width }, k) => {
        for (let r = 0; r < height; r++) {
          const from = k * ROOM + r * width;
          const row = rooms.subarray(from, from + width);
          out.set(row, (top + r) * stride + left);
          if (!isSymmetric || top === left) continue;
          for (let c = 0; c < width; c++) out[(left + c) * stride + top + r] = row[c];
        }
      });
    },
  };
}

/** Of a matrix: rows from `top`, columns from `left`. */
interface Block {
  readonly top: number;
  readonly height: number;
  readonly left: number;
  readonly width: number;
}

/** The upper half of a symmetric matrix in four blocks of about the same work, of which two are symmetric themselves. */
function symmetricBlocks(size: number): Block[] {
  const half = (size >> 1) & ~3; // rows are computed by fours
  const rest = size - half;
  return [
    ...parts(rest, 2).map(([from, width]) => ({ top: 0, height: half, left: half + from, width })),
    { top: 0, height: half, left: 0, width: half },
    { top: half, height: rest, left: half, width: rest },
  ];
}

function columnBlocks(height: number, nColumns: number): Block[] {
  return parts(nColumns, 4).map(([left, width]) => ({ top: 0, height, left, width }));
}

/** `count` in at most `nParts` parts of even size, but for the last. */
function parts(count: number, nParts: number): [from: number, size: number][] {
  const size = 2 * Math.ceil(count / (2 * nParts));
  const all: [number, number][] = [];
  for (let from = 0; from < count; from += size) all.push([from, Math.min(size, count - from)]);
  return all;
}
