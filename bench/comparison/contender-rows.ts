import type { KnownPeers } from "./known-peers";
import type { Row } from "./row";

/** The solver that ratios are of. */
export const LIBRARY = "smooth-edges";

/** What a report says of one contender on one problem, at one target. */
export interface ContenderRow {
  readonly contender: string;
  readonly ours: boolean;
  /** At the target: `equal`, or why there is none. */
  readonly equal?: Row;
  readonly default?: Row;
  /** Measured before, on another machine or at another time, and scaled by the anchor. */
  readonly scaled: boolean;
}

/** The group that a report shows together. */
export interface ReportGroup {
  readonly problem: string;
  readonly threads: number;
  readonly layout: Row["layout"];
  readonly target: number;
  /** The quickest at the target first. */
  readonly rows: readonly ContenderRow[];
}

/** The rows of a run by problem and target, with known rows for peers that were not measured. */
export function groupsOf(rows: readonly Row[], known: KnownPeers, anchorSeconds: number): ReportGroup[] {
  const keys = new Map<string, Row>();
  for (const row of rows) keys.set(`${row.problem} ${row.threads} ${row.layout}`, row);
  return [...keys.values()].flatMap(({ problem, threads, layout }) => {
    const here = rows.filter(
      (row) => row.problem === problem && row.threads === threads && row.layout === layout,
    );
    const targets = [...new Set(here.map(({ target }) => target))];
    const others = layout === "columns" ? scaledRows(here, known, threads, anchorSeconds) : [];
    return targets.map((target) => ({
      problem,
      threads,
      layout,
      target,
      rows: contenderRows([...here, ...others], target).sort((a, b) => timeOf(a) - timeOf(b)),
    }));
  });
}

/** Seconds at the target, infinite for those that do not reach it. */
export const timeOf = ({ equal }: ContenderRow): number =>
  equal?.label === "equal" ? equal.seconds! : Number.POSITIVE_INFINITY;

function contenderRows(rows: readonly AnyRow[], target: number): ContenderRow[] {
  const names = [...new Set(rows.map(({ contender }) => contender))];
  return names.map((contender) => {
    const own = rows.filter((row) => row.contender === contender);
    const equal = own.find((row) => row.label !== "default" && row.target === target);
    // A method whose default reaches it has no other row.
    const byDefault = own.find((row) => row.label === "default") ?? (equal?.tol === 0 ? equal : undefined);
    return { contender, ours: own[0].ours, equal, default: byDefault, scaled: own[0].scaled === true };
  });
}

type AnyRow = Row & { readonly scaled?: true };

function scaledRows(
  here: readonly Row[],
  known: KnownPeers,
  threads: number,
  anchorSeconds: number,
): AnyRow[] {
  const [{ problem, loss, target }] = here;
  const measured = new Set(here.map(({ contender }) => contender));
  const factor = anchorSeconds / known.anchorSeconds;
  return known.rows
    .filter((row) => row.problem === problem && row.threads === threads && !measured.has(row.contender))
    .map((row) => {
      const seconds = row.seconds === undefined ? undefined : row.seconds * factor;
      return { ...row, loss, ours: false, layout: "columns", target, seconds, scaled: true };
    });
}
