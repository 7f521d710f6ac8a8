import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Arena, arenaOf, plainArena } from "../../src/simd/arena";
import { kernelBackend } from "../../src/simd/kernel-module";
import { ROOT } from "./tracked-files";

/** Whether the build can make the WebAssembly kernels: then it has to. */
export const canCompileKernels: boolean = existsSync(join(ROOT, "node_modules/assemblyscript"));

interface NamedArena {
  readonly name: string;
  readonly arena: Arena;
}

let made: readonly NamedArena[] | undefined;

/** An arena of each backend there is: TypeScript, and where it was built, WebAssembly with plenty of room. */
export function arenas(): readonly NamedArena[] {
  const plain = { name: "TypeScript", arena: plainArena };
  made ??= kernelBackend() === "wasm" ? [plain, { name: "WebAssembly", arena: arenaOf(1 << 30) }] : [plain];
  return made;
}

const GUARD = 4.5;
const guards: Float64Array[] = [];

/** A copy of numbers in an arena, its first entry on no 16-byte border, between two guards. */
export function guarded(arena: Arena, values: ArrayLike<number>): Float64Array {
  const room = arena.float64(values.length + 2).fill(GUARD);
  guards.push(room);
  const copy = room.subarray(1, values.length + 1);
  copy.set(values);
  return copy;
}

/** Whether nothing was written beside the arrays that were guarded since the last call. */
export function guardsHold(): boolean {
  return guards.splice(0).every((room) => room[0] === GUARD && room[room.length - 1] === GUARD);
}

/** A copy of indices in an arena. */
export function indicesIn(arena: Arena, values: ArrayLike<number>): Int32Array {
  const copy = arena.int32(values.length);
  copy.set(values);
  return copy;
}
