import { type Chart, facetCharts, tradeoffPlot } from "smooth-edges/plot";
import { lightAndDark } from "../../figures/light-and-dark";
import { groupsOf, timeOf } from "../comparison/contender-rows";
import { markdownTable, seconds } from "../comparison/markdown";
import type { Row, RunHeader } from "../comparison/row";
import { performanceProfiles, type Times } from "./performance-profile";

const FACTORS = [1, 1.5, 2, 3, 5, 10, 30, 100];

/** Where curves are drawn. */
const FINE = Array.from({ length: 41 }, (_, k) => 10 ** (k / 20));

const NO_PEERS = { date: "", machine: "", anchorSeconds: 1, versions: "", rows: [] };

/** Problems that the same contenders take. */
interface Kind {
  readonly name: string;
  readonly times: Times;
}

function kindsOf(rows: readonly Row[]): Kind[] {
  const kinds = new Map<string, Map<string, Map<string, number>>>();
  for (const { problem, rows: own } of groupsOf(rows, NO_PEERS, 1)) {
    const { loss, penalty } = rows.find((row) => row.problem === problem)!;
    const name = penalty === "group" ? "Group lasso" : loss === "logistic" ? "Logistic lasso" : "Lasso";
    const times = kinds.get(name) ?? new Map<string, Map<string, number>>();
    kinds.set(name, times.set(problem, new Map(own.map((row) => [row.contender, timeOf(row)] as const))));
  }
  return [...kinds].map(([name, times]) => ({ name, times }));
}

/** Profiles of what was measured, in Markdown: for each kind of problem, with each problem's times. */
export function profileReport({ run }: RunHeader, rows: readonly Row[]): string {
  const kinds = kindsOf(rows);
  const count = kinds.reduce((sum, { times }) => sum + times.size, 0);
  const sections = kinds.flatMap(({ name, times }) => {
    const profiles = performanceProfiles(times, FACTORS);
    const percent = (share: number): string => `${Math.round(100 * share)}`;
    const names = profiles.map(({ contender }) => contender);
    const cell = (time: number | undefined): string =>
      time === undefined ? "" : Number.isFinite(time) ? seconds(time) : "-";
    return [
      `## ${name}: ${times.size} of the problems`,
      markdownTable(
        ["within times the quickest, % of problems", ...FACTORS.map(String), "at all"],
        profiles.map(({ contender, shares, solved }) => [contender, ...shares.map(percent), percent(solved)]),
      ),
      markdownTable(
        ["problem, seconds", ...names],
        [...times].map(([problem, row]) => [problem, ...names.map((each) => cell(row.get(each)))]),
      ),
    ];
  });
  const clock =
    run.clock === "processor" ? " Times are of the processor, not of a clock: the machine was busy." : "";
  return [
    "# Performance profiles",
    `${count} problems, ${run.date}, commit ${run.commit}. ${run.machine}. Written by \`npm run bench -- profile\`, nothing by hand.${clock}`,
    "Seconds at equal error, a relative duality gap of at most 1e-6 along the whole path, of this library from a matrix that was made, checked and summed up before the clock ran; see README.md for the rules. `-`: not reached within the limit of time.",
    lightAndDark(
      "profile.svg",
      "For each kind of problem the share that each contender solves within a factor of the quickest",
    ),
    ...sections,
    "",
  ].join("\n\n");
}

/** The same as curves, one chart a kind of problem. */
export function profileChart(rows: readonly Row[]): Chart {
  const kinds = kindsOf(rows).map(({ name, times }) => ({
    name,
    profiles: performanceProfiles(times, FINE),
  }));
  // Who takes part in more of the charts comes first, so that each has the same colour in all of its charts.
  const all = kinds.flatMap(({ profiles }) => profiles.map(({ contender }) => contender)).sort();
  const rank = (contender: string): number =>
    contender === "smooth-edges" ? Infinity : all.filter((each) => each === contender).length;
  const order = [...new Set(all)].sort((a, b) => rank(b) - rank(a));
  const charts = kinds.map(({ name, profiles }) => {
    const inOrder = profiles.sort((a, b) => order.indexOf(a.contender) - order.indexOf(b.contender));
    const curves = inOrder.map(({ contender, shares }) => [
      contender,
      shares.map((share, k) => ({ x: FINE[k], y: 100 * share })),
    ]);
    const axes = { x: "times the quickest", y: "problems solved, %" };
    return [name, tradeoffPlot(Object.fromEntries(curves), axes)];
  });
  return facetCharts(Object.fromEntries(charts));
}
