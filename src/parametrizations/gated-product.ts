import { meanGap } from "../linalg/mean-gap";
import type { Penalty } from "../penalties";
import { checkFeatureCount, type Groups, groupNorm } from "../penalties/groups";
import type { Parametrization } from "./parametrization";

/** The parts of a product of elementwise factors and of gates, one a group. */
export interface GatedProduct {
  readonly name: string;
  readonly groups: Groups;
  /** One a group. */
  readonly weights: Float64Array;
  /** Number `e >= 1` of factors with one entry a feature. */
  readonly elementwiseDepth: number;
  /** Number `k > e` of all factors. */
  readonly depth: number;
  readonly inducedPenalty: Penalty;
}

/**
 * `beta_i = u_1i ... u_ei nu_1g ... nu_(k-e)g` for `i` in group `g`, with
 * `R_xi = (1/k) sum_g w_g (sum_l ||u_lg||^2 + sum_r nu_rg^2)`, which induces `sum_g w_g ||beta_g||_(2/e)^(2/k)`.
 *
 * Within a coordinate the geometric mean of the `u_li^2` is `G_i = |prod_l u_li|^(2/e)`; over a group the weighted
 * geometric mean of `S = sum_i G_i`, with share `e/k`, and of the `nu_rg^2`, with `1/k` each, is the induced penalty. It is
 * balanced where all these are equal: `nu_rg^2 = ||u_lg||^2 = (sum_i |beta_i|^(2/e))^(e/k)`.
 *
 * `xi` holds the `u_l` one after the other and then the gates `nu_r`, `nGroups` entries each.
 */
export function gatedProduct(where: string, given: GatedProduct): Parametrization {
  const { name, groups, weights, elementwiseDepth, depth, inducedPenalty } = given;
  const { nFeatures: p, nGroups, groupOf, members } = groups;
  const nGates = depth - elementwiseDepth;
  const gatesAt = elementwiseDepth * p;
  const size = gatesAt + nGates * nGroups;

  /** The product of the factors of feature `j` but one, or of all of them. */
  const elementwise = (xi: Float64Array, j: number, but = -1): number => {
    let product = 1;
    for (let l = 0; l < elementwiseDepth; l++) if (l !== but) product *= xi[l * p + j];
    return product;
  };
  /** The product of the gates of group `g` but one, or of all of them. */
  const gates = (xi: Float64Array, g: number, but = -1): number => {
    let product = 1;
    for (let r = 0; r < nGates; r++) if (r !== but) product *= xi[gatesAt + r * nGroups + g];
    return product;
  };
  const weightAt = (i: number): number => weights[i < gatesAt ? groupOf[i % p] : (i - gatesAt) % nGroups];

  const inner = { roots: new Float64Array(elementwiseDepth), shares: new Float64Array(elementwiseDepth) };
  inner.shares.fill(1 / elementwiseDepth);
  const outer = { roots: new Float64Array(1 + nGates), shares: new Float64Array(1 + nGates).fill(1 / depth) };
  outer.shares[0] = elementwiseDepth / depth;

  return {
    name,
    nFeatures: p,
    inducedPenalty,
    smoothness: Number.POSITIVE_INFINITY,

    surrogateSize(nFeatures) {
      checkFeatureCount(where, groups, nFeatures);
      return size;
    },

    factors: () => [
      ...Array.from({ length: elementwiseDepth }, () => ({ size: p, power: 1 })),
      ...Array.from({ length: nGates }, () => ({ size: nGroups, power: 1 })),
    ],

    forward(xi, beta) {
      checkFeatureCount(where, groups, beta.length);
      for (let g = 0; g < nGroups; g++) {
        const gate = gates(xi, g);
        for (const j of members[g]) beta[j] = elementwise(xi, j) * gate;
      }
    },

    pullback(xi, cotangent, out) {
      for (let g = 0; g < nGroups; g++) {
        const gate = gates(xi, g);
        let sum = 0;
        for (const j of members[g]) {
          sum += cotangent[j] * elementwise(xi, j);
          for (let l = 0; l < elementwiseDepth; l++) {
            out[l * p + j] += cotangent[j] * elementwise(xi, j, l) * gate;
          }
        }
        for (let r = 0; r < nGates; r++) out[gatesAt + r * nGroups + g] += sum * gates(xi, g, r);
      }
    },

    surrogatePenalty(xi) {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += weightAt(i) * xi[i] ** 2;
      return sum / depth;
    },

    addSurrogateGradient(xi, scale, out) {
      for (let i = 0; i < size; i++) out[i] += ((2 * scale * weightAt(i)) / depth) * xi[i];
    },

    rightInverse(beta, xi) {
      for (let g = 0; g < nGroups; g++) {
        let largest = 0;
        for (const j of members[g]) largest = Math.max(largest, Math.abs(beta[j]));
        let sum = 0; // of what cannot underflow
        if (largest > 0) {
          for (const j of members[g]) sum += (Math.abs(beta[j]) / largest) ** (2 / elementwiseDepth);
        }
        const gate = largest ** (1 / depth) * sum ** (elementwiseDepth / (2 * depth));
        for (let r = 0; r < nGates; r++) xi[gatesAt + r * nGroups + g] = gate;
        for (const j of members[g]) {
          const rest = beta[j] === 0 ? 0 : Math.abs(beta[j]) / gate ** nGates;
          for (let l = 0; l < elementwiseDepth; l++) xi[l * p + j] = rest ** (1 / elementwiseDepth);
          if (beta[j] < 0) xi[j] *= -1;
        }
      }
    },

    misalignment(xi) {
      let sum = 0;
      for (let g = 0; g < nGroups; g++) {
        let squares = 0;
        let within = 0;
        for (const j of members[g]) {
          for (let l = 0; l < elementwiseDepth; l++) inner.roots[l] = Math.abs(xi[l * p + j]);
          squares += Math.abs(elementwise(xi, j)) ** (2 / elementwiseDepth);
          within += meanGap(inner.roots, inner.shares);
        }
        outer.roots[0] = Math.sqrt(squares);
        for (let r = 0; r < nGates; r++) outer.roots[1 + r] = Math.abs(xi[gatesAt + r * nGroups + g]);
        sum += weights[g] * (outer.shares[0] * within + meanGap(outer.roots, outer.shares));
      }
      return sum;
    },

    startingPoint(beta, magnitude, xi) {
      for (let g = 0; g < nGroups; g++) {
        const gate = (groupNorm(beta, members[g]) + magnitude) ** (1 / depth);
        for (let r = 0; r < nGates; r++) xi[gatesAt + r * nGroups + g] = gate;
        for (const j of members[g]) {
          const factor = (Math.abs(beta[j]) + magnitude) ** (1 / depth);
          for (let l = 1; l < elementwiseDepth; l++) xi[l * p + j] = factor;
          xi[j] = beta[j] / (factor ** (elementwiseDepth - 1) * gate ** nGates);
        }
      }
    },
  };
}
