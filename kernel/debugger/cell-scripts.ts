/** The compiled cells as a debugger knows them: scripts of V8 on one side, sources of the front end on the other. */
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import murmurhash from "murmurhash";
import { type CellPosition, joinSourceMaps, type PositionMap } from "../cell-positions";
import type { CellScript } from "../transport/thread-port";

/** How front ends and the kernel name a cell by its code. */
export const SOURCE_NAMES: {
  readonly hashMethod: "Murmur2";
  readonly hashSeed: number;
  readonly tmpFilePrefix: string;
  readonly tmpFileSuffix: string;
} = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  // Nothing is written there; the process id tells a restarted kernel from its predecessor.
  tmpFilePrefix: join(tmpdir(), `smooth-edges-${process.pid}`) + sep,
  tmpFileSuffix: ".ts",
};

/** The path by which front ends know a cell with this code. */
function sourcePathOf(code: string): string {
  const { hashSeed, tmpFilePrefix, tmpFileSuffix } = SOURCE_NAMES;
  return `${tmpFilePrefix}${murmurhash.v2(code, hashSeed)}${tmpFileSuffix}`;
}

/** A cell that was run. */
export interface KnownCell {
  readonly job: number;
  readonly label: string;
  readonly path: string;
  readonly positions: PositionMap;
  readonly lines: readonly string[];
  /** V8's name of the script, once the debugger has seen it. */
  scriptId: string | undefined;
}

/** A place in what the user wrote; both numbers one-based. */
export interface SourcePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

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

  /** V8 has parsed the script of a cell, whether it is known here already or not. */
  noteScript(job: number, scriptId: string): void {
    this.#ids.set(job, scriptId);
    const cell = this.#byJob.get(job);
    if (!cell) return;
    cell.scriptId = scriptId;
    this.#byScript.set(scriptId, cell);
  }

  /** @returns the path of a cell that may never be run */
  addSource(code: string): string {
    const path = sourcePathOf(code);
    this.#codeByPath.set(path, code);
    return path;
  }

  codeAt(path: string): string | undefined {
    return this.#codeByPath.get(path);
  }

  /** The cells with a source, which may have been run more than once. */
  at(path: string): readonly KnownCell[] {
    return [...this.#byJob.values()].filter((cell) => cell.path === path && cell.scriptId !== undefined);
  }

  cellOf(scriptId: string): KnownCell | undefined {
    return this.#byScript.get(scriptId);
  }

  /** Where zero-based positions of a compiled cell are in its source; undefined in what the compiler added. */
  placeOf(scriptId: string, line: number, column: number): SourcePlace | undefined {
    const cell = this.#byScript.get(scriptId);
    const position = cell && sourcePosition(cell, line, column);
    return position && { path: cell.path, ...position };
  }
}

/** Where zero-based positions of a compiled cell are in its source; undefined in what the compiler added. */
export function sourcePosition(cell: KnownCell, line: number, column: number): CellPosition | undefined {
  const found = cell.positions.fromOutput(line, column);
  if (!found) return undefined;
  const text = (at: number): string | undefined => cell.lines[at - 1];
  let position = found;
  // A statement that the compiler has rewritten begins for it where the one before ends.
  while (
    text(position.line)
      ?.slice(position.column - 1)
      .trim() === ""
  ) {
    const next = position.line + 1;
    position = { line: next, column: (text(next)?.search(/\S|$/) ?? 0) + 1 };
  }
  // What it appends comes after the last line.
  return text(position.line) === undefined ? undefined : position;
}
