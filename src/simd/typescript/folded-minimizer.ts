/** The folded concave penalties that kernels know. */
export type FoldedShape = "mcp" | "scad";

/** A global minimiser of `1/2 (b - z)^2 + step * penalty(b)` for `z >= 0`, the smaller one where two are equally good. */
type FoldedMinimizer = (z: number, step: number, level: number, gamma: number) => number;

/** The steps of `../assembly/descent` by MCP and SCAD of a level and a `gamma`; NaN goes through. */
export const foldedMinimizer: Readonly<Record<FoldedShape, FoldedMinimizer>> = {
  mcp(z, step, level, gamma) {
    // From this step on nothing between 0 and the flat part is a minimum: the better of the two.
    if (step >= gamma) return z <= level * Math.sqrt(step * gamma) ? 0 : z;
    if (z <= step * level) return 0;
    return z < gamma * level ? Math.min(z, (z - step * level) * (gamma / (gamma - step))) : z;
  },

  scad(z, step, level, gamma) {
    const soft = z <= step * level ? 0 : z - step * level;
    // From this step on the middle piece has no minimum; the flat part overtakes zero if it overtakes it before
    // z = step * level, and the linear piece if not.
    if (step >= gamma + 1) return z <= level * Math.sqrt(step * (gamma + 1)) ? 0 : z;
    if (step >= gamma - 1) return z <= (level * (gamma + 1 + step)) / 2 ? soft : z;
    if (z <= level * (1 + step)) return soft;
    if (z >= gamma * level) return z;
    const middle = ((gamma - 1) * z - step * gamma * level) / (gamma - 1 - step);
    return Math.min(z, Math.max(level, middle));
  },
};
