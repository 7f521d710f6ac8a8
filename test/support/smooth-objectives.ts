import type { SmoothObjective } from "../../src/surrogate";

/** Rosenbrock's curved valley, with its minimum at (1, 1). */
export const rosenbrock: SmoothObjective = {
  size: 2,
  valueAndGradient([x, y], gradient) {
    gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
    gradient[1] = 200 * (y - x * x);
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  },
};

/** `1/2 sum_i d_i (x_i - i)^2` */
export function quadratic(diagonal: readonly number[]): SmoothObjective {
  return {
    size: diagonal.length,
    valueAndGradient(x, gradient) {
      let sum = 0;
      diagonal.forEach((d, i) => {
        gradient[i] = d * (x[i] - i);
        sum += (d * (x[i] - i) ** 2) / 2;
      });
      return sum;
    },
  };
}

/** `x^2` */
export const parabola: SmoothObjective = quadratic([2]);
