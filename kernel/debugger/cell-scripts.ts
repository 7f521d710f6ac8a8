/** The compiled cells of the debugger: it maps scripts of V8 to sources of the front end. */
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import murmurhash from "murmurhash";
import { type CellPosition, joinSourceMaps, type PositionMap } from "../cell-positions";
import type { CellScript } from "../transport/thread-port";

/** The rule by which front ends and the kernel name a cell by its code. */
export const SOURCE_NAMES: {
  readonly hashMethod: "Murmur2";
  readonly hashSeed: number;
  readonly tmpFilePrefix: string;
  readonly tmpFileSuffix: string;
} = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  // Nothing is written there; the process id distinguishes a restarted kernel from its predecessor.
  tmpFilePrefix: join(tmpdir(), `smooth-edges-${process.pid}`) + sep,
  tmpFileSuffix: ".ts",
};

/** Returns the path under which front ends know a cell with this code. */
function sourcePathOf(code: string): string {
  const { hashSeed, tmpFilePrefix, tmpFileSuffix } = SOURCE_NAMES;
  return `${tmpFilePrefix}${murmurhash.v2(code, hashSeed)}${tmpFileSuffix}`;
}

/** A cell that has run. */
export interface KnownCell {
  readonly job: number;
  readonly label: string;
  readonly path: string;
  readonly positions: PositionMap;
  readonly lines: readonly string[];
  /** V8's id of the script, once the debugger has received it. */
  scriptId: string | undefined;
}

/** A place in a source of the user; line and column count from 1. */
export interface SourcePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Registers cells by job, script and source. */
export class CellScripts {
  readonly #ids: Map<number, string> = new Map();
  readonly #byJob: Map<number, KnownCell> = new Map();
  readonly #byScript: Map<string, KnownCell> = new Map();
  readonly #codeByPath: Map<string, string> = new Map();

  add({ job, label, code, maps }: CellScript): KnownCell {
    const path = this.addSource(code);
    const positions = joinSourceMaps(maps.output, maps.cell, maps.linesBefore);
    const lines = code.split("\n");
    const cell: KnownCell = { job, label, path, positions, lines, scriptId: this.#ids.get(job) };
    this.#byJob.set(job, cell);
    if (cell.scriptId !== undefined) this.#byScript.set(cell.scriptId, cell);
    return cell;
  }

  /** Notes that V8 has parsed the script of a cell, which may not be registered here yet. */
  noteScript(job: number, scriptId: string): void {
    this.#ids.set(job, scriptId);
    const cell = this.#byJob.get(job);
    if (!cell) return;
    cell.scriptId = scriptId;
    this.#byScript.set(scriptId, cell);
  }

  /** @returns the path of a cell that may never run */
  addSource(code: string): string {
    const path = sourcePathOf(code);
    this.#codeByPath.set(path, code);
    return path;
  }

  codeAt(path: string): string | undefined {
    return this.#codeByPath.get(path);
  }

  /** Returns the runs of a source, which may have run more than once. */
  at(path: string): readonly KnownCell[] {
    return [...this.#byJob.values()].filter((cell) => cell.path === path && cell.scriptId !== undefined);
  }

  cellOf(scriptId: string): KnownCell | undefined {
    return this.#byScript.get(scriptId);
  }

  /** Maps a zero-based position of a compiled cell to its source; undefined in code that the compiler added. */
  placeOf(scriptId: string, line: number, column: number): SourcePlace | undefined {
    const cell = this.#byScript.get(scriptId);
    const position = cell && sourcePosition(cell, line, column);
    return position && { path: cell.path, ...position };
  }
}

/** Maps a zero-based position of a compiled cell to its source; undefined in code that the compiler added. */
export function sourcePosition(cell: KnownCell, line: number, column: number): CellPosition | undefined {
  const found = cell.positions.fromOutput(line, column);
  if (!found) return undefined;
  const text = (at: number): string | undefined => cell.lines[at - 1];
  let position = found;
  // The compiler gives a rewritten statement the position at which the statement before it ends.
  while (
    text(position.line)
      ?.slice(position.column - 1)
      .trim() === ""
  ) {
    const next = position.line + 1;
    position = { line: next, column: (text(next)?.search(/\S|$/) ?? 0) + 1 };
  }
  // Code that the compiler appends comes after the last line.
  return text(position.line) === undefined ? undefined : position;
}
