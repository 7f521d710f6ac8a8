import { MatvecWorkers } from "../../src/simd/matvec-workers";

/** How many products of some work were shared out over a crew. */
export function sharedOut(work: () => void): number {
  const { share } = MatvecWorkers.prototype;
  let count = 0;
  MatvecWorkers.prototype.share = function (...task): boolean {
    count++;
    return share.apply(this, task);
  };
  try {
    work();
  } finally {
    MatvecWorkers.prototype.share = share;
  }
  return count;
}
