import type { BenchPenalty } from "../problems/problem";
import { groupNorms } from "./dual-norms";

/** What a penalty makes of the magnitude `t` of a coefficient or group, lambda included. */
export function radialValue(t: number, lambda: number, penalty: BenchPenalty): number {
  switch (penalty.name) {
    case "mcp":
    case "group-mcp":
      return t <= penalty.gamma * lambda
        ? lambda * t - t ** 2 / (2 * penalty.gamma)
        : (penalty.gamma * lambda ** 2) / 2;
    case "scad":
    case "group-scad": {
      const { gamma } = penalty;
      if (t <= lambda) return lambda * t;
      if (t > gamma * lambda) return (lambda ** 2 * (gamma + 1)) / 2;
      return (2 * gamma * lambda * t - t ** 2 - lambda ** 2) / (2 * (gamma - 1));
    }
    case "ridge":
      return (lambda * t ** 2) / 2;
    case "lq":
    case "group-lq":
      return lambda * t ** penalty.q;
    default:
      return lambda * t;
  }
}

/** The derivative of {@link radialValue} by a positive magnitude. */
export function radialSlope(t: number, lambda: number, penalty: BenchPenalty): number {
  switch (penalty.name) {
    case "mcp":
    case "group-mcp":
      return Math.max(lambda - t / penalty.gamma, 0);
    case "scad":
    case "group-scad":
      return t <= lambda ? lambda : Math.max(penalty.gamma * lambda - t, 0) / (penalty.gamma - 1);
    case "lq":
    case "group-lq":
      return lambda * penalty.q * t ** (penalty.q - 1);
    default:
      return lambda;
  }
}

/** The value of a penalty at `b`, lambda included. */
export function penaltyValue(b: Float64Array, lambda: number, penalty: BenchPenalty): number {
  const sum = (values: Float64Array): number =>
    values.reduce((total, value) => total + radialValue(Math.abs(value), lambda, penalty), 0);
  switch (penalty.name) {
    case "group":
    case "group-lq":
    case "group-mcp":
    case "group-scad":
      return sum(groupNorms(b, penalty.size));
    case "sparse-group":
      return penalty.l1Ratio * sum(b) + (1 - penalty.l1Ratio) * sum(groupNorms(b, penalty.size));
    default:
      return sum(b);
  }
}
