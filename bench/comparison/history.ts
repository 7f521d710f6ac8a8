import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isHeader, type Line, type Row, type RunHeader } from "./row";

/** Lines of JSON in a file, added to as they come, so that what was measured outlasts an interruption. */
export class History {
  readonly path: string;
  readonly #lines: Line[];

  constructor(path: string) {
    this.path = path;
    this.#lines = existsSync(path) ? linesOf(readFileSync(path, "utf8")) : [];
  }

  /** The last run's header. */
  get header(): RunHeader | undefined {
    return this.#lines.findLast(isHeader);
  }

  /** Of each contender's rows on a problem the latest. */
  get rows(): Row[] {
    const latest = new Map<string, Row[]>();
    for (const rows of this.#groups()) latest.set(groupOf(rows[0]), rows);
    return [...latest.values()].flat();
  }

  /** Whether a group was measured at this commit. */
  has(group: Group, commit: string): boolean {
    let now: string | undefined;
    return this.#lines.some((line) => {
      if (isHeader(line)) now = line.run.commit;
      else return now === commit && groupOf(line) === groupOf(group);
      return false;
    });
  }

  append(lines: readonly Line[]): void {
    mkdirSync(dirname(this.path), { recursive: true });
    appendFileSync(this.path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.#lines.push(...lines);
  }

  /** Rows that were measured together stand together. */
  *#groups(): Generator<Row[]> {
    let rows: Row[] = [];
    for (const line of this.#lines) {
      const ends = rows.length > 0 && (isHeader(line) || groupOf(line) !== groupOf(rows[0]));
      if (ends) {
        yield rows;
        rows = [];
      }
      if (!isHeader(line)) rows.push(line);
    }
    if (rows.length > 0) yield rows;
  }
}

/** What is measured in one go. */
export type Group = Pick<Row, "problem" | "threads" | "layout">;

const groupOf = ({ problem, threads, layout }: Group): string => `${problem} ${threads} ${layout}`;

/** A last line that an interruption cut short is left out. */
function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}
