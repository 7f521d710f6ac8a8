import { Crew } from "../../src/simd/crew";

/** How many products of some work were shared out over a crew. */
export function sharedOut(work: () => void): number {
  const { share } = Crew.prototype;
  let count = 0;
  Crew.prototype.share = function (...task): boolean {
    count++;
    return share.apply(this, task);
  };
  try {
    work();
  } finally {
    Crew.prototype.share = share;
  }
  return count;
}
