/** Positions in compiled cells, traced back to the lines that the user wrote. */
import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in a cell; line and column count from 1. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

/** The arguments of `joinSourceMaps`. */
export interface PositionMapSources {
  readonly output: string;
  readonly cell: string | undefined;
  readonly linesBefore: number;
}

/** Maps zero-based positions of compiled code to one-based positions of the cell. */
export interface PositionMap {
  /** The source maps that this map joins, which can be sent to another thread. */
  readonly maps: PositionMapSources;
  /** Maps a position of the code that runs. */
  fromOutput(line: number, column: number): CellPosition | undefined;
  /** Maps a position that a rewritten await carries: one of the ES module text in between, or of the source where there is none. */
  fromModuleText(line: number, column: number): CellPosition | undefined;
}

/**
 * Joins the source maps of compilation in one step or two.
 *
 * @param outputMap from the CommonJS text to the ES module text
 * @param cellMap from the ES module text to the source; undefined where `outputMap` leads there at once
 * @param linesBefore lines in front of the source that are not its author's
 */
export function joinSourceMaps(
  outputMap: string,
  cellMap: string | undefined,
  linesBefore: number,
): PositionMap {
  // The maps are parsed on first use, because most cells never fail.
  let parsed: { output: SourceMap; cell: SourceMap | undefined } | undefined;
  const maps = (): { output: SourceMap; cell: SourceMap | undefined } => {
    parsed ??= { output: parse(outputMap), cell: cellMap === undefined ? undefined : parse(cellMap) };
    return parsed;
  };
  const fromModuleText = (line: number, column: number): CellPosition | undefined => {
    const { cell } = maps();
    const found = cell ? lookUp(cell, line, column) : { line, column };
    if (!found || found.line < linesBefore) return undefined;
    return { line: found.line - linesBefore + 1, column: found.column + 1 };
  };
  return {
    maps: { output: outputMap, cell: cellMap, linesBefore },
    fromModuleText,
    fromOutput(line, column) {
      const between = lookUp(maps().output, line, column);
      return between && fromModuleText(between.line, between.column);
    },
  };
}

function parse(map: string): SourceMap {
  return new SourceMap(JSON.parse(map) as SourceMapPayload);
}

function lookUp(map: SourceMap, line: number, column: number): { line: number; column: number } | undefined {
  const entry = map.findEntry(line, column);
  if (!("originalLine" in entry) || entry.originalLine === undefined) return undefined;
  return { line: entry.originalLine, column: entry.originalColumn };
}
