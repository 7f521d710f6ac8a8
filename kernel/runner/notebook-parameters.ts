/** Parameters of a notebook, put in as papermill does it: in a cell of their own behind the one that is tagged for it. */
import { parameterInvalid } from "../errors";
import type { Cell, CodeCell, Notebook } from "./notebook";

/** Tags that papermill and its users know. */
const DEFAULTS = "parameters";
const INJECTED = "injected-parameters";

/**
 * Reads `name=value`; a value that is JSON is taken as such, any other one as text.
 *
 * @throws UsageError where the name is no identifier or there is no value
 */
export function parseParameter(text: string): [name: string, value: unknown] {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at < 0 || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw parameterInvalid(text);
  const value = text.slice(at + 1);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

/** The notebook with a cell that declares the parameters: after the cell tagged `parameters`, in place of an earlier such cell. */
export function withParameters(notebook: Notebook, parameters: Readonly<Record<string, unknown>>): Notebook {
  const lines = Object.entries(parameters).map(([name, value]) => `let ${name} = ${JSON.stringify(value)};`);
  if (lines.length === 0) return notebook;
  const cell: CodeCell & { id?: string } = {
    cell_type: "code",
    source: ["// Parameters", ...lines].join("\n"),
    metadata: { tags: [INJECTED] },
    execution_count: null,
    outputs: [],
    // Notebooks name their cells from format 4.5 on.
    ...(notebook.nbformat_minor >= 5 && { id: INJECTED }),
  };
  const cells = notebook.cells.filter((each) => !hasTag(each, INJECTED));
  const place = cells.findIndex((each) => hasTag(each, DEFAULTS)) + 1;
  return { ...notebook, cells: [...cells.slice(0, place), cell, ...cells.slice(place)] };
}

function hasTag({ metadata: { tags } }: Cell, tag: string): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}
