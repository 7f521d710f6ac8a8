import { stripVTControlCharacters } from "node:util";
import type { RunResult } from "../runner/run-notebook";

/**
 * Why a run ended early, for a person to read: the cell, what went wrong, its source and the traceback.
 *
 * @param name how to call the notebook
 * @param colors keeps the colours of the kernel's traceback
 */
export function describeFailure(name: string, result: RunResult, colors: boolean): string {
  const { failure, cell, cells, source } = result;
  if (failure === undefined) return "";
  const head = `${name}: cell ${cell} of ${cells} failed: ${headline(failure.name, failure.message)}`;
  const traceback = failure.traceback.join("\n");
  const parts = [head, numberLines(source), colors ? traceback : stripVTControlCharacters(traceback)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function headline(name: string, message: string): string {
  return message === "" ? name : `${name}: ${message}`;
}

function numberLines(source: string): string {
  const lines = source.replace(/\n+$/, "").split("\n");
  const width = String(lines.length).length;
  return lines.map((line, index) => `  ${String(index + 1).padStart(width)} | ${line}`.trimEnd()).join("\n");
}
