import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type FreshLine, isFresh, isHeader, type Line, type Row, type RunHeader } from "./row";

/** Lines of JSON in a file, added to as they come, so that what was measured outlasts an interruption. */
export class History {
  readonly path: string;
  readonly #lines: Line[];

  constructor(path: string) {
    this.path = path;
    this.#lines = existsSync(path) ? linesOf(readFileSync(path, "utf8")) : [];
  }

  /** The last run's header, with every commit that the lines are of. */
  get header(): RunHeader | undefined {
    const last = this.#lines.findLast(isHeader);
    const commits = new Set(this.#latest.map(({ commit }) => commit));
    return last && commits.size > 0 ? { run: { ...last.run, commit: [...commits].join(", ") } } : last;
  }

  /** Of each contender's rows on a problem the latest. */
  get rows(): Row[] {
    return this.#latest.flatMap(({ lines }) => lines.flatMap((line) => (isFresh(line) ? [] : [line])));
  }

  /** Of each measurement of fresh processes the latest. */
  get fresh(): FreshLine[] {
    return this.#latest.flatMap(({ lines }) => lines.filter(isFresh));
  }

  get #latest(): Measured[] {
    const latest = new Map<string, Measured>();
    for (const measured of this.#groups()) latest.set(groupOf(measured.lines[0]), measured);
    return [...latest.values()];
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

  /** Lines that were measured together stand together. */
  *#groups(): Generator<Measured> {
    let lines: Measurement[] = [];
    let commit = "unknown";
    for (const line of this.#lines) {
      const ends = lines.length > 0 && (isHeader(line) || groupOf(line) !== groupOf(lines[0]));
      if (ends) {
        yield { commit, lines };
        lines = [];
      }
      if (isHeader(line)) commit = line.run.commit;
      else lines.push(line);
    }
    if (lines.length > 0) yield { commit, lines };
  }
}

type Measurement = Row | FreshLine;

/** What was measured in one go, and of which commit. */
interface Measured {
  readonly commit: string;
  readonly lines: Measurement[];
}

/** What is measured in one go. */
export type Group = Pick<Row, "problem" | "threads" | "layout"> | Pick<FreshLine, "fresh">;

const groupOf = (group: Group): string =>
  "fresh" in group ? group.fresh : `${group.problem} ${group.threads} ${group.layout}`;

/** A last line that an interruption cut short is left out. */
function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}
