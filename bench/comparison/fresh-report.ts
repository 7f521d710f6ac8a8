/** The tables of a report about programs that each ran in a process of its own. */
import { LIBRARY } from "./contender-rows";
import { markdownTable, ratio, seconds } from "./markdown";
import type { FreshLine, FreshProgram } from "./row";

/** How a measurement is shown. */
interface Presentation {
  readonly name: string;
  readonly unit: string;
  /** What ratios are of: the smaller the better. */
  readonly value: (program: FreshProgram) => number;
  readonly shown: (value: number) => string;
  /** Of a program: its cells beside the ratio and the version. */
  readonly columns: readonly string[];
  readonly cells: (program: FreshProgram) => readonly string[];
  /** What the numbers count, in words. */
  readonly meaning: string;
}

const FRESH: Readonly<Record<FreshLine["fresh"], Presentation>> = {
  "first call": {
    name: "First call in a fresh process",
    unit: "s",
    value: (program) => program.seconds!,
    shown: seconds,
    columns: ["s"],
    cells: (program) => [seconds(program.seconds)],
    meaning:
      "from the start of the process to its end, loading the package included; no process was held to a processor",
  },
  memory: {
    name: "Peak memory of a dense path",
    unit: "share of X",
    value: (program) => program.shareOfX!,
    shown: (value) => value.toFixed(2),
    columns: ["package loaded, MB", "peak, MB", "share of X"],
    cells: ({ loadedMb, peakMb, shareOfX }) => [
      loadedMb!.toFixed(0),
      peakMb!.toFixed(0),
      shareOfX!.toFixed(2),
    ],
    meaning:
      "the largest resident set minus that of the process with its package loaded and nothing else, as a share of X, X counted: 1.15 is X plus 15 %. Each has X by columns, where it computes on it if it can: `denseMatrix` of this library, `copy_X=False` of scikit-learn. One thread, no intercept, no standardization",
  },
};

/** The library and the best peer of each measurement. */
export function freshOverview(fresh: readonly FreshLine[]): string {
  const rows = fresh.map((line) => {
    const { name, unit, value, shown } = FRESH[line.fresh];
    const own = line.programs.find(({ program }) => program === LIBRARY);
    const best = line.programs
      .filter((program) => program !== own)
      .reduce<FreshProgram | undefined>((a, b) => (a && value(a) <= value(b) ? a : b), undefined);
    return [
      `${name}, ${unit}`,
      own ? shown(value(own)) : "",
      best?.program ?? "none",
      best ? shown(value(best)) : "",
      own && best ? ratio(value(best) / value(own)) : "",
    ];
  });
  return markdownTable(
    ["each program in a process of its own", "library", "best peer", "peer", "times"],
    rows,
  );
}

/** All programs of a measurement, with their versions. */
export function freshSection(line: FreshLine): string[] {
  const { name, value, columns, cells, meaning } = FRESH[line.fresh];
  const own = line.programs.find(({ program }) => program === LIBRARY);
  const rows = line.programs.map((program) => [
    program.program,
    ...cells(program),
    own ? ratio(value(program) / value(own)) : "",
    program.version,
  ]);
  const missing = line.missing.length > 0 ? [`Not measured: ${line.missing.join("; ")}.`] : [];
  return [
    `## ${name}`,
    [`Of ${line.task}: ${meaning}.`, ...missing].join(" "),
    markdownTable(["program", ...columns, "times", "version"], rows),
  ];
}
