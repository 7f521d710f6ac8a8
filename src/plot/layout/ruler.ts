import type { JsonObject } from "../rendering/chart-spec";
import { INK } from "../rendering/theme";
import { fitName } from "./picture-width";

/** A vertical line that follows the pointer from one drawn position to the next, and tells the values there. */
export interface Ruler {
  /** Of its selection, not used elsewhere in the chart. */
  readonly name: string;
  /** The channel of the horizontal axis. */
  readonly x: JsonObject;
  /** Whether the axis can be moved, so that positions may lie outside. */
  readonly zooms: boolean;
  /** The field of the position and its title. */
  readonly position: { readonly field: string; readonly title: string };
  /** What is told there, a line each. */
  readonly values: readonly { readonly field: string; readonly name: string }[];
}

/** The layer of a ruler. */
export function rulerLayer({ name, x, zooms, position, values }: Ruler): JsonObject {
  return {
    params: [
      {
        name,
        select: { type: "point", encodings: ["x"], nearest: true, on: "pointerover", clear: "pointerout" },
      },
    ],
    mark: { type: "rule", color: INK, ...(zooms ? { clip: true } : {}), aria: false },
    encoding: {
      x,
      opacity: { condition: { param: name, empty: false, value: 0.5 }, value: 0 },
      // An empty title would show the field.
      tooltip: [
        position,
        ...values.map((value) => ({ field: value.field, title: fitName(value.name, 170) || "(no name)" })),
      ],
    },
  };
}
