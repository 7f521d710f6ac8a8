import { type HeldOut, realData } from "../studies/real-data";
import { OVERLAP } from "../studies/real-splits";
import { type Family, KINDS } from "./comparison";
import { drawsOf } from "./draws";

/** By the table's name, that of the bridge there. */
const BRIDGES: Readonly<Record<string, string>> = {
  diabetes: "bridge, q = 2/3",
  "diabetes, quadratic": "bridge, q = 2/3",
  "breast cancer": "bridge, q = 2/3",
  wine: "bridge, q = 2/3",
  "digits 3 and 8": "bridge, q = 2/3",
  leukaemia: "bridge, q = 2/3, by L-BFGS",
  promoters: "bridge, q = 2/3",
  messages: "bridge, q = 2/3",
};

/** The tables in which numbers are predicted. */
const OF_NUMBERS = { diabetes: BRIDGES.diabetes, "diabetes, quadratic": BRIDGES["diabetes, quadratic"] };

/** What each bridge is compared with, on the tables that have both. */
const CONTESTS: readonly {
  surrogate: string;
  alternative: string;
  kind: string;
  tables: Readonly<Record<string, string>>;
}[] = [
  { surrogate: "bridge, q = 2/3", alternative: "lasso", kind: KINDS.realConvex, tables: BRIDGES },
  {
    surrogate: "bridge, q = 2/3",
    alternative: "adaptive lasso",
    kind: KINDS.realRefined,
    tables: BRIDGES,
  },
  { surrogate: "bridge, q = 2/3", alternative: "relaxed lasso", kind: KINDS.realRefined, tables: OF_NUMBERS },
  { surrogate: "bridge, q = 2/3", alternative: "MCP", kind: KINDS.realFolded, tables: OF_NUMBERS },
  {
    surrogate: "group bridge, q = 2/3",
    alternative: "group lasso",
    kind: KINDS.realConvex,
    tables: { "diabetes, quadratic": "group bridge, q = 2/3", promoters: "group bridge, q = 2/3" },
  },
];

/** Bridges beside the lasso, adaptive, relaxed or neither, MCP and the group lasso on real data, by splits of the same rows. */
export function realTables(measure: string, value: (result: HeldOut) => number): Family[] {
  return CONTESTS.map(({ tables, ...contest }) => ({
    ...contest,
    measure,
    notebook: "18",
    overlap: OVERLAP,
    settings: Object.fromEntries(
      Object.entries(tables).map(([data, bridge]) => {
        const of = (method: string) =>
          drawsOf(realData, { where: { data, method }, by: ["repeat", "fold"], value });
        return [data, [of(bridge), of(contest.alternative)]];
      }),
    ),
  }));
}
