/** The breakpoints that a front end has set, in cells that have run and in cells that may run. */
import { type CellScripts, type KnownCell, sourcePosition } from "./cell-scripts";
import type { MainInspector } from "./main-inspector";

/** A line of a source at which to stop. */
export interface SourceBreakpoint {
  readonly line: number;
  /** An expression; the cell stops only where it is true. */
  readonly condition?: string;
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/** Keeps the wanted breakpoints of each source, and places them in its cells. */
export class Breakpoints {
  readonly #inspector: MainInspector;
  readonly #cells: CellScripts;
  readonly #wanted: Map<string, readonly SourceBreakpoint[]> = new Map();
  /** V8's ids of the breakpoints in each source. */
  readonly #breakpointIds: Map<string, string[]> = new Map();

  constructor(inspector: MainInspector, cells: CellScripts) {
    this.#inspector = inspector;
    this.#cells = cells;
  }

  /** Replaces the breakpoints of a source; returns the lines at which they were placed. */
  async set(path: string, breakpoints: readonly SourceBreakpoint[]): Promise<number[]> {
    for (const breakpointId of this.#breakpointIds.get(path) ?? []) {
      await this.#inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
    this.#breakpointIds.delete(path);
    this.#wanted.set(path, breakpoints);
    let lines = breakpoints.map(({ line }) => line);
    // In a cell that has not run, the lines with code are unknown, so the wanted lines are returned.
    for (const cell of this.#cells.at(path)) lines = await this.place(cell);
    return lines;
  }

  /** Places the wanted breakpoints in a cell that V8 has parsed. */
  async place(cell: KnownCell): Promise<number[]> {
    const wanted = this.#wanted.get(cell.path) ?? [];
    if (wanted.length === 0 || cell.scriptId === undefined) return [];
    const start = { scriptId: cell.scriptId, lineNumber: 0, columnNumber: 0 };
    const { locations } = await this.#inspector.post<{ locations: Location[] }>(
      "Debugger.getPossibleBreakpoints",
      { start },
    );
    const places = locations.flatMap((location) => {
      const position = sourcePosition(cell, location.lineNumber, location.columnNumber ?? 0);
      return position ? [{ location, ...position }] : [];
    });
    const lines: number[] = [];
    for (const { line, condition } of wanted) {
      // A breakpoint goes to the first code on its line, or on the next line that has code.
      const [first] = places
        .filter((place) => place.line >= line)
        .sort((a, b) => a.line - b.line || a.column - b.column);
      lines.push(first?.line ?? line);
      if (first) await this.#placeAt(cell.path, first.location, condition);
    }
    return lines;
  }

  /** Lists the wanted breakpoints by source, for a front end that connects later. */
  list(): { readonly source: string; readonly breakpoints: readonly SourceBreakpoint[] }[] {
    return [...this.#wanted]
      .filter(([, breakpoints]) => breakpoints.length > 0)
      .map(([source, breakpoints]) => ({ source, breakpoints }));
  }

  async #placeAt(path: string, location: Location, condition: string | undefined): Promise<void> {
    const { scriptId, lineNumber, columnNumber } = location;
    try {
      const { breakpointId } = await this.#inspector.post<{ breakpointId: string }>(
        "Debugger.setBreakpoint",
        { location: { scriptId, lineNumber, columnNumber }, ...(condition && { condition }) },
      );
      this.#breakpointIds.set(path, [...(this.#breakpointIds.get(path) ?? []), breakpointId]);
    } catch (error) {
      // Two breakpoints can have the same first code.
      if (!/already exists/.test((error as Error).message)) throw error;
    }
  }
}
