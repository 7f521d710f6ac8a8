import assert from "node:assert/strict";
import { DARK, LIGHT, type Palette, THEME } from "../../../src/plot/rendering/theme";

/** Red, green and blue in linear light, 0 to 1. */
function linear(color: string): [number, number, number] {
  const channel = (from: number): number => {
    const value = Number.parseInt(color.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance(color: string): number {
  const [r, g, b] = linear(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2: 1 to 21. */
function contrast(color: string, ground: string): number {
  const [low, high] = [color, ground].map(luminance).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// Machado, Oliveira and Fernandes (2009), severity 1.
const BLINDNESS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function seenWith(matrix: readonly (readonly number[])[], color: string): number[] {
  const light = linear(color);
  return matrix.map((row) => {
    const value = row.reduce((sum, weight, k) => sum + weight * light[k], 0);
    return Math.cbrt(Math.min(Math.max(value, 0), 1));
  });
}

const palettes: Readonly<Record<string, { palette: Palette; ground: string }>> = {
  light: { palette: LIGHT, ground: "#ffffff" },
  dark: { palette: DARK, ground: DARK.background },
};

for (const [name, { palette, ground }] of Object.entries(palettes)) {
  const { foreground: ink, caption, muted, categories, ramp } = palette;
  describe(`the ${name} theme`, () => {
    it("has texts that stand out from the ground as WCAG asks for", () => {
      for (const color of [ink, caption]) assert.ok(contrast(color, ground) >= 4.5, color);
    });

    it("has marks that stand out from the ground", () => {
      for (const color of categories.slice(0, 2)) assert.ok(contrast(color, ground) >= 3, color);
      for (const color of [muted, ...categories]) assert.ok(contrast(color, ground) >= 2, color);
    });

    for (const [kind, matrix] of Object.entries(BLINDNESS)) {
      it(`has hues that are told apart with ${kind}`, () => {
        const seen = categories.map((color) => seenWith(matrix, color));
        for (const [i, a] of seen.entries())
          for (const [j, b] of seen.slice(0, i).entries())
            assert.ok(
              Math.hypot(...a.map((value, k) => value - b[k])) > 0.1,
              `${categories[i]} ${categories[j]}`,
            );
      });
    }

    it("has a ramp that leads away from the ground at every step", () => {
      const steps = ramp.map((color) => contrast(color, ground));
      for (let k = 1; k < steps.length; k++) assert.ok(steps[k] > 1.15 * steps[k - 1], `${ramp[k]}`);
    });
  });
}

describe("the theme", () => {
  it("is JSON, and names the font of the PNG first", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(THEME)), THEME);
    assert.match((THEME as { font: string }).font, /^DejaVu Sans,/);
  });
});
