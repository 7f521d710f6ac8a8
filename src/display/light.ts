import { escapeHtml } from "./escape-html";

/** Green: as it should be. Amber: look before you rely on it. Red: do not rely on it. */
export type LightColour = "green" | "amber" | "red";

/** One measure with a judgement, such as a duality gap that is small enough. */
export interface Light {
  readonly colour: LightColour;
  /** The measure and its value, e.g. `"duality gap 1.4e-12"`. */
  readonly text: string;
  /** What the measure means, in one sentence, where a front end has room for it. */
  readonly meaning?: string;
}

/** Signs besides colours, for eyes and terminals that do not see these; colours that stand out on white and on black. */
const SIGNS: Readonly<Record<LightColour, readonly [sign: string, colour: string]>> = {
  green: ["✓", "#1a7f37"],
  amber: ["!", "#b35900"],
  red: ["✗", "#c62828"],
};

/** The colour of a measure that should be small: green up to `fine`, amber up to `bearable`, else red; NaN is red. */
export function lightOf(value: number, fine: number, bearable: number): LightColour {
  if (value <= fine) return "green";
  return value <= bearable ? "amber" : "red";
}

/** Lights side by side, for a terminal: `✓ duality gap 1.4e-12   ! misalignment 2.0e-4`. */
export function lightsText(lights: readonly Light[]): string {
  return lights.map(({ colour, text }) => `${SIGNS[colour][0]} ${text}`).join("   ");
}

/** Lights side by side, as HTML. */
export function lightsHTML(lights: readonly Light[]): string {
  return lights
    .map(({ colour, text, meaning }) => {
      const [sign, background] = SIGNS[colour];
      const badge = `<span style="display: inline-block; width: 16px; height: 16px; line-height: 16px; border-radius: 8px; text-align: center; font-size: 11px; font-weight: bold; color: #ffffff; background-color: ${background}">${sign}</span>`;
      const tooltip = meaning === undefined ? "" : ` title="${escapeHtml(meaning)}"`;
      return `<span style="margin-right: 16px; white-space: nowrap"${tooltip}>${badge} ${escapeHtml(text)}</span>`;
    })
    .join(" ");
}
