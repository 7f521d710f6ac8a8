import { type ContenderRow, groupsOf, LIBRARY, type ReportGroup, timeOf } from "./contender-rows";
import { freshOverview, freshSection } from "./fresh-report";
import type { KnownPeers } from "./known-peers";
import { error, markdownTable, ratio, seconds } from "./markdown";
import type { FreshLine, Row, RunHeader } from "./row";

/** A report of what was measured, in Markdown. */
export function reportOf(
  { run }: RunHeader,
  rows: readonly Row[],
  known: KnownPeers,
  fresh: readonly FreshLine[] = [],
): string {
  const groups = groupsOf(rows, known, run.anchorSeconds);
  const versions = new Map(rows.flatMap(({ contender, version }) => (version ? [[contender, version]] : [])));
  return [
    "# Benchmark",
    `${run.date}, commit ${run.commit}. ${run.machine}. Written by \`npm run bench\`, nothing by hand.`,
    introduction(run, known),
    "## All problems together",
    overview(groups),
    ...(fresh.length > 0 ? [freshOverview(fresh)] : []),
    ...fresh.flatMap(freshSection),
    ...summaries(groups),
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
    "All contenders of a problem ran in one go, each in a process of its own with the problem in memory, taking turns; a time is the median of the turns, from the array in memory to coefficients. With *from rows* the array is row-major, as most are; else it is by columns, as the solvers like it best. There this library has the matrix of `denseMatrix` or `sparseMatrix`, made, checked and summed up before the clock runs: more than a load, for nothing of a peer's array is summed before its time. What that costs is shown: *with loading* is end to end from the user's plain arrays, the making of the matrix and the solve, and *times with loading* is the peer's equal time over that. The error is the largest along the path, by one checker in 64 bits: the duality gap over the null deviance, or for penalties that are not convex the stationarity violation over lambda.",
    "*Equal* is at the loosest power of ten as tolerance with which the error is at most the target; *default* at the contender's own tolerance. *Missed*: no tolerance reaches the target before the search has taken half of the limit, the last try is shown. *Times* is the contender's equal time over the library's: above 1 the library is faster. The *test error* is the smallest along the path: the deviance of fresh responses of the same rows, as a share of theirs without coefficients.",
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

/** A way to take the ratio of a peer's time to the library's. */
interface Comparison {
  readonly name: string;
  readonly layout: ReportGroup["layout"];
  readonly ratio: (group: ReportGroup) => number | undefined;
  /** Whether the target of a group matters. */
  readonly byTarget: boolean;
}

const COMPARISONS: readonly Comparison[] = [
  { name: "equal error", layout: "columns", ratio: equalRatio, byTarget: true },
  { name: "equal error, with loading", layout: "columns", ratio: loadedRatio, byTarget: true },
  { name: "equal error, from rows", layout: "rows", ratio: equalRatio, byTarget: true },
  { name: "default against default", layout: "columns", ratio: defaultRatio, byTarget: false },
  { name: "default against default, from rows", layout: "rows", ratio: defaultRatio, byTarget: false },
];

/** The geometric mean and the worst row of each comparison, for every number of threads, without peers that are *scaled*. */
function overview(groups: readonly ReportGroup[]): string {
  const rows = threadsOf(groups).flatMap((threads) =>
    COMPARISONS.flatMap(({ name, layout, ratio: of, byTarget }) => {
      const here = groups.filter((group) => group.threads === threads && group.layout === layout);
      const found = (byTarget ? here : onePerProblem(here))
        .map((group) => ({ label: byTarget ? nameOf(group) : group.problem, value: of(group) ?? Number.NaN }))
        .filter(({ value }) => Number.isFinite(value));
      if (found.length === 0) return [];
      const mean = Math.exp(found.reduce((sum, { value }) => sum + Math.log(value), 0) / found.length);
      const worst = found.reduce((a, b) => (b.value < a.value ? b : a));
      const behind = found.filter(({ value }) => value < 1).length;
      const cells = [
        ratio(mean),
        `${ratio(worst.value)} (${worst.label})`,
        String(behind),
        String(found.length),
      ];
      return [[`${name}, ${titleOfThreads(threads)}`, ...cells]];
    }),
  );
  return markdownTable(["times", "geometric mean", "worst row", "rows below 1", "of rows"], rows);
}

function equalRatio(group: ReportGroup): number | undefined {
  const [own, best] = [libraryOf(group), quickest(measuredPeers(group), timeOf)];
  return own && best && timeOf(best) / timeOf(own);
}

function loadedRatio(group: ReportGroup): number | undefined {
  const [own, best] = [loadedTimeOf(libraryOf(group)), quickest(measuredPeers(group), timeOf)];
  return own && best && timeOf(best) / own;
}

function defaultRatio(group: ReportGroup): number | undefined {
  const [own, other] = [libraryOf(group)?.default, quickestByDefault(group)?.default];
  return own?.seconds && other?.seconds && other.seconds / own.seconds;
}

const threadsOf = (groups: readonly ReportGroup[]): number[] => [
  ...new Set(groups.map(({ threads }) => threads)),
];

const titleOfThreads = (threads: number): string =>
  `${threads} : ${threads} thread${threads === 1 ? "" : "s"}`;

/** For every number of threads what the library and the best peer take at equal error, and what all take by default. */
function summaries(groups: readonly ReportGroup[]): string[] {
  return threadsOf(groups).flatMap((threads) => {
    const own = groups.filter((group) => group.threads === threads);
    const title = titleOfThreads(threads);
    return [
      `## Equal error, ${title}`,
      equalTable(own),
      `## Default against default, ${title}`,
      defaultTable(own),
    ];
  });
}

const EQUAL = "library, s|with loading, s|error|best peer|s|error|times|times with loading";
const FROM_ROWS = "from rows: library, s|best peer|s|times";

function equalTable(groups: readonly ReportGroup[]): string {
  const [loaded, fromRows] = [groups.filter(isLoaded), groups.filter((group) => !isLoaded(group))];
  const hasRows = loaded.length > 0 && fromRows.length > 0;
  const rows = (loaded.length > 0 ? loaded : fromRows).map((group) => {
    const [own, best] = [libraryOf(group), bestPeer(group)];
    const cells = [
      nameOf(group),
      own ? equalCell(own) : "",
      seconds(loadedTimeOf(own)),
      error(own?.equal?.worst),
      best ? shownName(best) : "none",
      best ? equalCell(best) : "",
      best ? error(best.equal?.worst) : "",
      times(best, own),
      timesWithLoading(best, own),
    ];
    if (!hasRows) return cells;
    const same = fromRows.find(({ problem, target }) => problem === group.problem && target === group.target);
    const [ownRows, bestRows] = [same && libraryOf(same), same && bestPeer(same)];
    return [
      ...cells,
      ownRows ? equalCell(ownRows) : "",
      bestRows ? shownName(bestRows) : "",
      bestRows ? equalCell(bestRows) : "",
      times(bestRows, ownRows),
    ];
  });
  return markdownTable(["problem", ...EQUAL.split("|"), ...(hasRows ? FROM_ROWS.split("|") : [])], rows);
}

const DEFAULT = "problem|library, s|error|test error|quickest peer|s|error|test error|times";

function defaultTable(groups: readonly ReportGroup[]): string {
  const cells = (row: Row | undefined): string[] => [
    seconds(row?.seconds),
    error(row?.worst),
    row?.testError?.toPrecision(4) ?? "",
  ];
  const fromRows = groups.filter((group) => !isLoaded(group) && defaultRatio(group) !== undefined);
  const rows = onePerProblem(groups.filter(isLoaded)).map((group) => {
    const [own, peer] = [libraryOf(group)?.default, quickestByDefault(group)];
    const row = [group.problem, ...cells(own), peer?.contender ?? "none", ...cells(peer?.default)];
    const quotients = [group, fromRows.find(({ problem }) => problem === group.problem)]
      .slice(0, fromRows.length > 0 ? 2 : 1)
      .map((one) => ratio((one && defaultRatio(one)) ?? Number.NaN));
    return [...row, ...quotients];
  });
  return markdownTable([...DEFAULT.split("|"), ...(fromRows.length > 0 ? ["times from rows"] : [])], rows);
}

/** One group a problem, since defaults are the same whatever the target. */
function onePerProblem(groups: readonly ReportGroup[]): ReportGroup[] {
  return groups.filter(({ problem }, k) => groups.findIndex((group) => group.problem === problem) === k);
}

function quickestByDefault(group: ReportGroup): ContenderRow | undefined {
  return quickest(measuredPeers(group), (row) => row.default?.seconds ?? Number.POSITIVE_INFINITY);
}

const isLoaded = ({ layout }: ReportGroup): boolean => layout === "columns";

const libraryOf = (group: ReportGroup): ContenderRow | undefined =>
  group.rows.find(({ contender }) => contender === LIBRARY);

/** The quickest peer at equal error, a scaled one only where none was measured. */
function bestPeer(group: ReportGroup): ContenderRow | undefined {
  return (
    quickest(measuredPeers(group), timeOf) ??
    quickest(
      group.rows.filter(({ ours }) => !ours),
      timeOf,
    )
  );
}

const measuredPeers = ({ rows }: ReportGroup): ContenderRow[] =>
  rows.filter(({ ours, scaled }) => !ours && !scaled);

const shownName = ({ contender, scaled }: ContenderRow): string =>
  scaled ? `${contender} (*scaled*)` : contender;

const nameOf = ({ problem, target }: ReportGroup): string => `${problem}, ${target.toExponential(0)}`;

/** The time of a row over the library's; nothing where either has none. */
function times(row: ContenderRow | undefined, own: ContenderRow | undefined): string {
  return row && own && Number.isFinite(timeOf(own)) ? ratio(timeOf(row) / timeOf(own)) : "";
}

/** Loading and solving at equal error; undefined where either was not measured. */
function loadedTimeOf(row: ContenderRow | undefined): number | undefined {
  const { label, seconds: solving, loadSeconds } = row?.equal ?? {};
  return label === "equal" && loadSeconds !== undefined ? solving! + loadSeconds : undefined;
}

function timesWithLoading(best: ContenderRow | undefined, own: ContenderRow | undefined): string {
  const time = loadedTimeOf(own);
  return best && time !== undefined ? ratio(timeOf(best) / time) : "";
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
    const own = libraryOf(group);
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
      "contender|equal, s|error|above the lowest objective|tol|iterations|times|default, s|error|test error|first solve, s|peak MB|of it for the data and the program";
    const rows = group.rows.map((row) => {
      const { equal, default: byDefault } = row;
      return [
        shownName(row),
        equalCell(row),
        error(equal?.worst),
        above(equal),
        equal?.tol ? equal.tol.toExponential(0) : "",
        String(equal?.iterations ?? ""),
        times(row, own),
        seconds(byDefault?.seconds),
        error(byDefault?.worst),
        byDefault?.testError?.toPrecision(4) ?? "",
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
