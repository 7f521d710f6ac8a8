import { type ContenderRow, groupsOf, type ReportGroup, timeOf } from "./contender-rows";
import type { KnownPeers } from "./known-peers";
import { error, markdownTable, ratio, seconds } from "./markdown";
import type { Row, RunHeader } from "./row";

/** The solver that ratios are of. */
const LIBRARY = "smooth-edges";

/** A report of what was measured, in Markdown. */
export function reportOf({ run }: RunHeader, rows: readonly Row[], known: KnownPeers): string {
  const groups = groupsOf(rows, known, run.anchorSeconds);
  const versions = new Map(rows.flatMap(({ contender, version }) => (version ? [[contender, version]] : [])));
  return [
    "# Benchmark",
    `${run.date}, commit ${run.commit}. ${run.machine}. Written by \`npm run bench\`, nothing by hand.`,
    introduction(run, known),
    "## Summary",
    summary(groups),
    ...sections(groups),
    "## Versions",
    markdownTable(["contender", "version"], [...versions]),
    "",
  ].join("\n\n");
}

function introduction(
  { pinned, missing, anchorSeconds, clock }: RunHeader["run"],
  known: KnownPeers,
): string {
  const lines = [
    "All contenders of a problem ran in one go, each in a process of its own with the problem in memory, taking turns; a time is the median of the turns, from the user's array to coefficients. The error is the largest along the path, by one checker in 64 bits: the duality gap over the null deviance, or for penalties that are not convex the stationarity violation over lambda.",
    "*Equal* is at the loosest power of ten as tolerance with which the error is at most the target; *default* at the contender's own tolerance. *Missed*: no tolerance reaches the target before the search has taken half of the limit, the last try is shown. *Times* is the contender's equal time over the library's: above 1 the library is faster.",
    pinned
      ? "Every process was held to as many processors as it may use threads, the library's too."
      : "Libraries were told how many threads they may use; processes were not held to processors.",
  ];
  if (clock === "processor") lines.push("Times are of the processor, not of a clock: the machine was busy.");
  if (missing.length > 0) lines.push(`Not measured: ${missing.join("; ")}.`);
  if (known.rows.length > 0) {
    lines.push(
      `Rows marked *scaled* were measured on ${known.date} (${known.machine}; ${known.versions}) and multiplied by ${ratio(anchorSeconds / known.anchorSeconds)}, what \`X'r\` in plain JavaScript takes now over what it took there. No ratio in the summary rests on them where a peer was measured.`,
    );
  }
  return lines.join("\n\n");
}

function summary(groups: readonly ReportGroup[]): string {
  const rows = groups.flatMap((group) => {
    const own = group.rows.find(({ contender }) => contender === LIBRARY);
    if (!own) return [];
    const peers = group.rows.filter(({ ours }) => !ours);
    const measured = peers.filter(({ scaled }) => !scaled);
    const best = quickest(measured, timeOf) ?? quickest(peers, timeOf);
    const byDefault = quickest(measured, (row) => row.default?.seconds ?? Number.POSITIVE_INFINITY);
    return [
      [
        titleOf(group),
        equalCell(own),
        error(own.equal?.worst),
        best ? `${best.contender}${best.scaled ? " (*scaled*)" : ""}` : "none",
        best ? equalCell(best) : "",
        best ? error(best.equal?.worst) : "",
        times(best, own),
        byDefault?.contender ?? "",
        seconds(byDefault?.default?.seconds),
        error(byDefault?.default?.worst),
      ],
    ];
  });
  const columns = "problem|library, s|error|best peer at equal error|s|error|times|quickest default|s|error";
  return markdownTable(columns.split("|"), rows);
}

/** The time of a row over the library's; nothing where either has none. */
function times(row: ContenderRow | undefined, own: ContenderRow | undefined): string {
  return row && own && Number.isFinite(timeOf(own)) ? ratio(timeOf(row) / timeOf(own)) : "";
}

function quickest(
  rows: readonly ContenderRow[],
  time: (row: ContenderRow) => number,
): ContenderRow | undefined {
  const finite = rows.filter((row) => Number.isFinite(time(row)));
  return finite.length > 0 ? finite.reduce((a, b) => (time(b) < time(a) ? b : a)) : undefined;
}

function sections(groups: readonly ReportGroup[]): string[] {
  return groups.flatMap((group) => {
    const own = group.rows.find(({ contender }) => contender === LIBRARY);
    const lowest = Math.min(
      ...group.rows.map(({ equal }) => equal?.objectiveSum ?? Number.POSITIVE_INFINITY),
    );
    const above = (row: Row | undefined): string => {
      const objective = row?.objectiveSum;
      return objective == null || !Number.isFinite(lowest)
        ? ""
        : error((objective - lowest) / Math.abs(lowest));
    };
    const columns =
      "contender|equal, s|error|above the lowest objective|tol|iterations|times|default, s|error|first solve, s|peak MB|of it for the data and the program";
    const rows = group.rows.map((row) => {
      const { equal, default: byDefault, contender, scaled } = row;
      return [
        scaled ? `${contender} (*scaled*)` : contender,
        equalCell(row),
        error(equal?.worst),
        above(equal),
        equal?.tol ? equal.tol.toExponential(0) : "",
        String(equal?.iterations ?? ""),
        times(row, own),
        seconds(byDefault?.seconds),
        error(byDefault?.worst),
        seconds((equal ?? byDefault)?.firstSeconds),
        (equal ?? byDefault)?.peakMb?.toFixed(0) ?? "",
        (equal ?? byDefault)?.loadedMb?.toFixed(0) ?? "",
      ];
    });
    return [`## ${titleOf(group)}`, markdownTable(columns.split("|"), rows)];
  });
}

function titleOf({ problem, threads, layout, target }: ReportGroup): string {
  const thread = threads === 1 ? "1 thread" : `${threads} threads`;
  return `${problem}, ${thread}${layout === "rows" ? ", row-major array" : ""}, ${target.toExponential(0)}`;
}

function equalCell({ equal }: ContenderRow): string {
  switch (equal?.label) {
    case undefined:
      return "";
    case "equal":
      return seconds(equal.seconds);
    case "missed":
      return `${seconds(equal.seconds)} (missed)`;
    case "too-slow":
      return equal.seconds === undefined ? "too slow" : `> ${seconds(equal.seconds)}`;
    default:
      return "failed";
  }
}
