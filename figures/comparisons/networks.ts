import { additiveNetwork, LONG, SHAPES, SHORT, SUBNETWORK_THRESHOLDS } from "../studies/additive-network";
import { OVERLAP } from "../studies/housing";
import { EPOCHS, housingNetwork, REFITTED, type Trained } from "../studies/housing-network";
import {
  INPUT_THRESHOLDS,
  inputSelection,
  LARGE,
  N_INFORMATIVE,
  PRUNED,
  SMALL,
  ZERO,
} from "../studies/input-selection";
import { type Family, KINDS } from "./comparison";
import { type Draws, drawsOf } from "./draws";

const WAYS = {
  surrogate: { method: "gates", depth: 3 },
  alternative: { method: "direct group lasso" },
} as const;
type Way = keyof typeof WAYS;

/** Norms at which D-Gating prunes additive networks. */
const FEATURES_PRUNED = 1e-3;

/** An entry a threshold. */
interface Found {
  readonly hits: readonly number[];
  readonly falsePositives: readonly number[];
}

interface Inputs extends Found {
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

interface Features extends Found {
  readonly validation: number;
  readonly test: number;
}

function f1({ hits, falsePositives }: Found, k: number, nTrue: number): number {
  return (2 * hits[k]) / (hits[k] + falsePositives[k] + nTrue);
}

type Training = Pick<typeof SMALL, "nInputs" | "rate" | "epochs">;

/** At a threshold, by the lambda of the least validation error there. */
function inputs(
  { nInputs, rate, epochs }: Training,
  way: Way,
  threshold: number,
  value: (result: Inputs, k: number) => number,
): Draws {
  const k = INPUT_THRESHOLDS.indexOf(threshold);
  return drawsOf<Inputs>(inputSelection, {
    where: { ...WAYS[way], nInputs, rate, epochs },
    by: ["seed"],
    least: ({ validation }) => validation[k],
    value: (result) => value(result, k),
  });
}

/** As both are, with descent pruned by what suits it, and with both pruned, for each size of the network. */
function inputSettings(value: (result: Inputs, k: number) => number): Family["settings"] {
  return Object.fromEntries(
    [SMALL, LARGE].flatMap((training) => {
      const of = (way: Way, threshold: number) => inputs(training, way, threshold, value);
      const n = training.nInputs;
      return [
        [`${n} inputs of a network`, pair((way) => of(way, ZERO))],
        [`${n} inputs, descent pruned`, [of("surrogate", ZERO), of("alternative", PRUNED[1])]],
        ...PRUNED.map((norm): [string, [Draws, Draws]] => [
          `${n} inputs, both pruned at ${norm}`,
          pair((way) => of(way, norm)),
        ]),
      ];
    }),
  );
}

/** By the lambda of the least validation error. */
function features(way: Way, epochs: number, value: (result: Features) => number): Draws {
  return drawsOf<Features>(additiveNetwork, {
    where: { ...WAYS[way], epochs },
    by: ["seed"],
    least: ({ validation }) => validation,
    value,
  });
}

function houses(way: Way, epochs: number, value: (result: Trained) => number): Draws {
  return drawsOf(housingNetwork, { where: { ...WAYS[way], epochs }, by: ["seed"], value });
}

const GATES = {
  kind: KINDS.direct,
  surrogate: "gates, 3 factors",
  alternative: "descent on the penalty",
} as const;

function pair(draws: (way: Way) => Draws): [Draws, Draws] {
  return [draws("surrogate"), draws("alternative")];
}

/** Networks by three gates beside descent on the group lasso itself, as it is and pruned. */
export function networkErrors(): Family[] {
  const measure = "squared error of prediction";
  return [
    {
      ...GATES,
      measure,
      notebook: "20",
      settings: {
        ...inputSettings(({ test }, k) => test[k]),
        ...Object.fromEntries(
          [SHORT, LONG].map(({ epochs }) => [
            `additive network, ${epochs} epochs`,
            pair((way) => features(way, epochs, (result) => result.test)),
          ]),
        ),
      },
    },
    {
      ...GATES,
      measure,
      notebook: "23",
      overlap: OVERLAP,
      settings: Object.fromEntries(
        EPOCHS.flatMap((epochs) => [
          [
            `houses, pruned, ${epochs} epochs`,
            pair((way) => houses(way, epochs, ({ pruned }) => pruned[REFITTED].test)),
          ],
          [
            `houses, refitted, ${epochs} epochs`,
            pair((way) => houses(way, epochs, ({ refitted }) => refitted)),
          ],
        ]),
      ),
    },
  ];
}

/** The inputs and features that they keep, the share of them that count. */
export function networkSupports(measure: string): Family {
  const shapes = (way: Way, epochs: number, threshold: number) =>
    features(way, epochs, (result) => f1(result, SUBNETWORK_THRESHOLDS.indexOf(threshold), SHAPES.length));
  return {
    ...GATES,
    measure,
    notebook: "20",
    settings: {
      ...inputSettings((result, k) => f1(result, k, N_INFORMATIVE)),
      ...Object.fromEntries(
        [SHORT, LONG].flatMap(({ epochs }) => {
          const gated = shapes("surrogate", epochs, ZERO);
          return [
            [`additive network, ${epochs} epochs`, [gated, shapes("alternative", epochs, ZERO)]],
            [
              `additive, descent pruned, ${epochs} epochs`,
              [gated, shapes("alternative", epochs, FEATURES_PRUNED)],
            ],
          ];
        }),
      ),
    },
  };
}
