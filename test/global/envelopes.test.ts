import {
  arctan,
  laplace,
  logSum,
  lq,
  mcp,
  type SeparablePenalty,
  scad,
  selo,
  transformedL1,
} from "../../src";
import { PenaltyTerms } from "../../src/global/envelopes";
import { assertAtMost } from "../support/assert-close";

const PENALTIES: readonly SeparablePenalty[] = [
  lq({ q: 0.5 }),
  lq({ q: 0.8 }),
  logSum({ epsilon: 0.3 }),
  mcp({ gamma: 2.5 }),
  scad({ gamma: 3.7 }),
  arctan({ gamma: 1 }),
  laplace({ theta: 0.5 }),
  selo({ tau: 0.3 }),
  transformedL1({ a: 1 }),
];

describe("convex envelopes of penalties", () => {
  for (const penalty of PENALTIES) {
    it(`are below the term, meet it, and convex: ${penalty.name}`, () => {
      const terms = new PenaltyTerms(penalty, 0.7, Int32Array.of(0));
      for (const d of [0, 0.05, 0.2, 0.6]) {
        for (const [a, b] of [
          [0, 0.4],
          [0, 3],
          [0, 40],
          [0.3, 1],
          [0.9, 9],
          [2, 2.5],
        ]) {
          const g = (t: number): number => terms.value(0, t) + (d / 2) * t * t;
          const line = terms.line(0, d, a, b);
          const envelope = (t: number): number =>
            line && t > line.sigma && t < line.tau ? g(line.sigma) + line.slope * (t - line.sigma) : g(t);
          const step = (b - a) / 400;
          const size = Math.max(g(b), 1);
          for (let k = 1; k < 400; k++) {
            const t = a + k * step;
            assertAtMost(`d ${d}, [${a}, ${b}], ${t}`, envelope(t), g(t) + 1e-9 * size);
            const middle = (envelope(t - step) + envelope(t + step)) / 2;
            assertAtMost(`convex: d ${d}, [${a}, ${b}], ${t}`, envelope(t), middle + 1e-9 * size);
          }
        }
      }
    });
  }
});
