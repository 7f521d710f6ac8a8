import {
  bridgesAgainstFoldedPenalties,
  shownName,
  TUNED_MCP,
} from "../studies/bridges-against-folded-penalties";
import { bridgesOverDesigns, DESIGNS } from "../studies/bridges-over-designs";
import { correlatedGroups, DESIGNS as GROUP_DESIGNS, type TunedGroups } from "../studies/correlated-groups";
import { type Ended, explicitAndImplicit } from "../studies/explicit-and-implicit";
import { groupsByGates } from "../studies/groups-by-gates";
import { meanOf } from "../studies/means";
import { type Estimated, multiTask } from "../studies/multi-task";
import { LOSSES } from "../studies/non-smooth-data";
import { nonSmoothLosses, type Recovered } from "../studies/non-smooth-losses";
import { phaseTransitions, type Search, SUCCESS } from "../studies/phase-transitions";
import type { Assessment } from "../studies/regression-split";
import { selectionRules } from "../studies/selection-rules";
import { type Family, KINDS } from "./comparison";
import { type Draws, drawsOf } from "./draws";

/** The same settings for two ways. */
function settings<T extends string | number>(
  values: readonly T[],
  spelt: (value: T) => string,
  draws: (value: T, way: "surrogate" | "alternative") => Draws,
): Family["settings"] {
  return Object.fromEntries(
    values.map((value) => [spelt(value), [draws(value, "surrogate"), draws(value, "alternative")]]),
  );
}

/** Signal-to-noise ratios. */
const RATIOS: readonly number[] = [1, 3, 10];

/** What bridges are compared with, by kind: of MCP the gamma was chosen on the draws by which q was. */
const RIVALS: Readonly<Record<string, string>> = {
  lasso: KINDS.convex,
  "adaptive lasso": KINDS.refined,
  "relaxed lasso": KINDS.refined,
  [TUNED_MCP]: KINDS.folded,
};

/**
 * `SmoothBridge` and one descent on three factors beside the lasso, in one stage or two, and MCP, lambda by validation rows; the first
 * over other designs too, and by cross-validation.
 */
export function bridges(measure: string, value: (result: Assessment) => number): Family[] {
  const byRows = (method: string, snr: number): Draws =>
    drawsOf(bridgesAgainstFoldedPenalties, { where: { method, snr }, value });
  const byFolds = (method: string, snr: number): Draws =>
    drawsOf<{ minimum: Assessment }>(selectionRules, {
      where: { method, snr },
      value: ({ minimum }) => value(minimum),
    });
  const byDesign = (method: string, design: string): Draws =>
    drawsOf(bridgesOverDesigns, { where: { method, design }, value });
  const hasFolds = ["lasso", TUNED_MCP];
  const [estimator, descent] = ["SmoothBridge, q = 1/2", "product, k = 3"];
  return Object.entries(RIVALS).flatMap(([alternative, kind]) => {
    const over = (label: string, draws: typeof byRows, method: string): Family["settings"] =>
      settings(
        RATIOS,
        (snr) => `${label} ${snr}`,
        (snr, way) => draws(way === "surrogate" ? method : alternative, snr),
      );
    const common = { kind, alternative: shownName(alternative), measure, notebook: "06" };
    return [
      {
        ...common,
        surrogate: "SmoothBridge, q = 1/2",
        settings: {
          ...over("signal/noise", byRows, estimator),
          ...(hasFolds.includes(alternative) ? over("folds, signal/noise", byFolds, estimator) : {}),
          ...settings(Object.keys(DESIGNS), String, (design, way) =>
            byDesign(way === "surrogate" ? estimator : alternative, design),
          ),
        },
      },
      { ...common, surrogate: "3 factors, one descent", settings: over("signal/noise", byRows, descent) },
    ];
  });
}

/** Factors from a tiny start without a penalty, stopped by validation rows, beside penalties on the same data. */
export function earlyStopping(): Family[] {
  const stopped = drawsOf<Ended>(explicitAndImplicit, {
    where: { penalty: "0", alpha: 1e-6 },
    value: (result) => result.stopped,
  });
  return Object.entries(RIVALS).map(([method, kind]) => ({
    kind,
    surrogate: "tiny start, no penalty",
    alternative: shownName(method),
    measure: "estimation error",
    notebook: "15",
    settings: {
      "signal/noise 3": [
        stopped,
        drawsOf<Assessment>(bridgesAgainstFoldedPenalties, {
          where: { method, snr: 3 },
          value: ({ estimationError }) => estimationError,
        }),
      ],
    },
  }));
}

/** Informative groups in both studies. */
const INFORMATIVE = 7;

/** An entry a lambda. */
interface Path extends Record<"rmse" | "groups" | "hits", readonly number[]> {}

/** At the lambda of the least test error, as the source of that study chooses. */
function atBest({ rmse, groups: found, hits }: Path): Pick<TunedGroups, "rmse" | "f1"> {
  const k = rmse.indexOf(Math.min(...rmse));
  return { rmse: rmse[k], f1: (2 * hits[k]) / (found[k] + INFORMATIVE) };
}

/** Three gates a group beside the group lasso and group MCP. */
export function groups(measure: string, key: "rmse" | "f1"): Family[] {
  return ["group lasso", "group MCP"].map((alternative) => {
    const method = { surrogate: "gates, D = 3", alternative };
    // Group MCP is not part of that study.
    const plain = alternative === "group lasso" ? ["independent, equal"] : [];
    const independent = settings(plain, String, (_, way) =>
      drawsOf<Path>(groupsByGates, { where: { method: method[way] }, value: (path) => atBest(path)[key] }),
    );
    const others = settings(Object.keys(GROUP_DESIGNS), String, (design, way) =>
      drawsOf<TunedGroups>(correlatedGroups, {
        where: { method: method[way], design },
        value: (result) => result[key],
      }),
    );
    return {
      kind: alternative === "group MCP" ? KINDS.folded : KINDS.convex,
      surrogate: "gates, 3 factors",
      alternative,
      measure,
      notebook: "07",
      settings: { ...independent, ...others },
    };
  });
}

/** Three factors under a loss smoothed over a width of 0.1 beside the exact fit of the loss with the lasso's penalty. */
export function kinks(measure: string, key: "f1" | "testLoss"): Family {
  const estimator = { surrogate: "depth 3, h = 0.1", alternative: "exact" };
  return {
    kind: KINDS.convex,
    surrogate: "3 factors, loss smoothed",
    alternative: "exact convex fit",
    measure,
    notebook: "16",
    settings: settings(Object.keys(LOSSES), String, (loss, way) =>
      drawsOf<Record<string, Recovered>>(nonSmoothLosses, {
        where: { kind: "recovery", loss },
        value: (result) => result[estimator[way]][key],
      }),
    ),
  };
}

/** Three factors of the coefficients of many tasks beside two, whose penalty is the nuclear norm. */
export function tasks(): Family {
  const depth = { surrogate: "three factors", alternative: "two factors" };
  return {
    kind: KINDS.convex,
    surrogate: "3 factors of a matrix",
    alternative: "nuclear norm",
    measure: "squared estimation error",
    notebook: "23",
    settings: settings(
      [5, 10, 20, 50, 100],
      (nTasks) => `${nTasks} tasks`,
      (nTasks, way) =>
        drawsOf<Record<string, Estimated>>(multiTask, {
          where: { kind: "estimate", nTasks },
          value: (result) => result[depth[way]].error,
        }),
    ),
  };
}

/** Of the numbers of measurements, without noise, the share with which a sparse vector is recovered. */
export function sensing(): Family[] {
  const share = (method: string, q: string): Draws => {
    const found = drawsOf<Search>(phaseTransitions, {
      where: { method, q },
      by: ["replicate", "nSamples"],
      value: ({ error }) => Number(error < SUCCESS),
    });
    const byDraw = new Map<string, number[]>();
    for (const [key, value] of found) {
      const [draw] = key.split(" ");
      byDraw.set(draw, [...(byDraw.get(draw) ?? []), value]);
    }
    return new Map([...byDraw].map(([draw, values]) => [draw, meanOf(values).mean]));
  };
  const surrogate = share("gates opened again", "2/3");
  return [
    { alternative: "lasso", q: "1", kind: KINDS.convex },
    { alternative: "IRLS", q: "2/3", kind: KINDS.reweighted },
  ].map(({ alternative, q, kind }) => ({
    kind,
    surrogate: "gates, 3 factors",
    alternative,
    measure: "share recovered",
    notebook: "19",
    settings: { "compressed sensing": [surrogate, share(alternative, q)] },
  }));
}
