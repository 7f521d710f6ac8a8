import { groupsOf, timeOf } from "../comparison/contender-rows";
import { markdownTable, seconds } from "../comparison/markdown";
import type { Row, RunHeader } from "../comparison/row";
import { performanceProfiles } from "./performance-profile";

const FACTORS = [1, 1.5, 2, 3, 5, 10, 30, 100];

const NO_PEERS = { date: "", machine: "", anchorSeconds: 1, versions: "", rows: [] };

/** Profiles of what was measured, in Markdown: for the squared loss, for the logistic one, and each problem's times. */
export function profileReport({ run }: RunHeader, rows: readonly Row[]): string {
  const groups = groupsOf(rows, NO_PEERS, run.anchorSeconds);
  const lossOf = new Map(rows.map(({ problem, loss }) => [problem, loss]));
  const times = new Map(
    groups.map(({ problem, rows: own }) => [
      problem,
      new Map(own.map((row) => [row.contender, timeOf(row)] as const)),
    ]),
  );
  const losses = ["squared", "logistic"] as const;
  const sections = losses.flatMap((loss) => {
    const own = new Map([...times].filter(([problem]) => lossOf.get(problem) === loss));
    if (own.size === 0) return [];
    const profiles = performanceProfiles(own, FACTORS);
    const percent = (share: number): string => `${Math.round(100 * share)}`;
    const names = profiles.map(({ contender }) => contender);
    return [
      `## ${loss === "squared" ? "Squared error" : "Logistic loss"}: ${own.size} of the problems`,
      markdownTable(
        ["within times the quickest, % of problems", ...FACTORS.map(String), "at all"],
        profiles.map(({ contender, shares, solved }) => [contender, ...shares.map(percent), percent(solved)]),
      ),
      markdownTable(
        ["problem, seconds", ...names],
        [...own].map(([problem, row]) => [
          problem,
          ...names.map((name) => (Number.isFinite(row.get(name) ?? Infinity) ? seconds(row.get(name)) : "-")),
        ]),
      ),
    ];
  });
  return [
    "# Performance profiles",
    `${run.date}, commit ${run.commit}. ${run.machine}. Written by \`npm run bench -- profile\`, nothing by hand.`,
    "Seconds at equal error, a relative duality gap of at most 1e-6 along the whole path; see README.md for the rules. `-`: not reached within the limit of time.",
    ...sections,
    "",
  ].join("\n\n");
}
