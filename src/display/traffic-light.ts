import { printable } from "../errors";
import { escapeHtml } from "./formatting";

/** Green: reliable. Amber: check before relying on it. Red: unreliable. */
export type TrafficLightColour = "green" | "amber" | "red";

/** A measure and its rating, such as a duality gap that is small enough. */
export interface TrafficLight {
  readonly colour: TrafficLightColour;
  /** The measure and its value, e.g. `"duality gap 1.4e-12"`. */
  readonly text: string;
  /** An explanation of the measure in one sentence, which HTML shows as a tooltip. */
  readonly meaning?: string;
}

/** Signs for readers and terminals without colours, and colours that are legible on white and on black. */
const SIGNS: Readonly<Record<TrafficLightColour, readonly [sign: string, colour: string]>> = {
  green: ["✓", "#1a7f37"],
  amber: ["!", "#b35900"],
  red: ["✗", "#c62828"],
};

/** The largest share of what a measure is compared with that is fine. */
export const FINE = 1e-6;

/** Rates a share that should be small: green up to {@link FINE}, amber while three digits are right, else red; NaN is red. */
export function trafficLightColour(share: number): TrafficLightColour {
  if (share <= FINE) return "green";
  return share <= 1e-3 ? "amber" : "red";
}

/** Renders lights side by side for a terminal: `✓ duality gap 1.4e-12   ! misalignment 2.0e-4`. */
export function lightsText(lights: readonly TrafficLight[]): string {
  return lights.map(({ colour, text }) => `${SIGNS[colour][0]} ${text}`).join("   ");
}

/** Renders lights side by side as HTML. */
export function lightsHTML(lights: readonly TrafficLight[]): string {
  return lights
    .map(({ colour, text, meaning }) => {
      const [sign, background] = SIGNS[colour];
      const badge = `<span style="display: inline-block; width: 16px; height: 16px; line-height: 16px; border-radius: 8px; text-align: center; font-size: 11px; font-weight: bold; color: #ffffff; background-color: ${background}">${sign}</span>`;
      const tooltip = meaning === undefined ? "" : ` title="${escapeHtml(printable(meaning))}"`;
      return `<span style="margin-right: 16px; white-space: nowrap"${tooltip}>${badge} ${escapeHtml(printable(text))}</span>`;
    })
    .join(" ");
}
