/** The cells that were run, so that positions in compiled code can be told as lines of a cell. */
import type { CellPosition, PositionMap } from "./cell-positions";

interface RegisteredCell {
  readonly label: string;
  readonly code: string;
  readonly positions: PositionMap | undefined;
}

const SCRIPT_NAME = /cell-script:(\d+):(\d+):(\d+)/;

/** The file name under which a cell's compiled code runs. */
export function scriptName(job: number): string {
  return `cell-script:${job}`;
}

export class CellRegistry {
  readonly #byJob: Map<number, RegisteredCell> = new Map();
  readonly #codeByLabel: Map<string, string> = new Map();
  readonly #awaited: WeakMap<object, { label: string; position: CellPosition }> = new WeakMap();

  /** Notes a cell before it is compiled, so that refusals can show its lines. */
  addSource(label: string, code: string): void {
    this.#codeByLabel.set(label, code);
  }

  add(job: number, label: string, code: string, positions: PositionMap): void {
    this.#byJob.set(job, { label, code, positions });
  }

  codeOf(label: string): string | undefined {
    return this.#codeByLabel.get(label);
  }

  /** Remembers the innermost await that an error passed: stacks end where an await was made stoppable. */
  noteAwait(thrown: unknown, job: number, line: number, column: number): void {
    if (typeof thrown !== "object" || thrown === null || this.#awaited.has(thrown)) return;
    const cell = this.#byJob.get(job);
    const position = cell?.positions?.fromModuleText(line, column);
    if (cell && position) this.#awaited.set(thrown, { label: cell.label, position });
  }

  awaitedAt(thrown: unknown): { label: string; position: CellPosition } | undefined {
    return typeof thrown === "object" && thrown !== null ? this.#awaited.get(thrown) : undefined;
  }

  /** Makes the stacks of errors name cells and their own lines. */
  installStackFormat(): void {
    Error.prepareStackTrace = (error, sites) => {
      const lines = sites.map((site) => `\n    at ${this.#withCellPosition(String(site))}`);
      return `${headerOf(error)}${lines.join("")}`;
    };
  }

  #withCellPosition(frame: string): string {
    return frame.replace(SCRIPT_NAME, (whole, job, line, column) => {
      const cell = this.#byJob.get(Number(job));
      const position = cell?.positions?.fromOutput(Number(line) - 1, Number(column) - 1);
      if (!cell) return whole;
      return position ? `${cell.label}, line ${position.line}, column ${position.column}` : cell.label;
    });
  }
}

function headerOf(error: Error): string {
  try {
    return String(error);
  } catch {
    // An error whose own toString throws still has a stack.
    return "Error";
  }
}
