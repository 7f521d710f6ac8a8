/** Proofs of fits with a convex penalty, whose local minima are all global: their duality gaps. */
import { saturatedLoss } from "../../problem/problem";
import { checkGlobal } from "../options/global-options";
import { proofByDualityGap } from "../results/global-proof";
import type { GlobalProofs } from "./penalty-spec";

export const convexProofs: GlobalProofs = {
  checkProvable(where, _problem, global) {
    if (typeof global !== "boolean") checkGlobal(where, global);
  },

  proved(_where, maker, fit, { gap }) {
    const least = saturatedLoss(maker.working.problem);
    return maker.withProof(fit, proofByDualityGap(fit.certificate, least, gap));
  },
};
