/**
 * Moves positions apart until neighbours are `gap` from each other, as little as possible, within `[low, high]`.
 *
 * The least squares solution under the order constraint, by pooling neighbours that collide.
 *
 * @param positions - In any order; the answer keeps it.
 * @param gap - At most `(high - low) / (positions.length - 1)`.
 */
export function spread(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  // Without the gaps the constraint is monotonicity: pool adjacent violators.
  const blocks: { mean: number; size: number }[] = [];
  for (const [rank, i] of order.entries()) {
    let block = { mean: positions[i] - gap * rank, size: 1 };
    while (blocks.length > 0 && blocks[blocks.length - 1].mean > block.mean) {
      const { mean, size } = blocks.pop()!;
      block = {
        mean: (mean * size + block.mean * block.size) / (size + block.size),
        size: size + block.size,
      };
    }
    blocks.push(block);
  }
  const ceiling = high - gap * (positions.length - 1);
  const moved = blocks.flatMap(({ mean, size }) => new Array<number>(size).fill(mean));
  const answer = new Array<number>(positions.length);
  for (const [rank, i] of order.entries())
    answer[i] = Math.min(Math.max(moved[rank], low), ceiling) + gap * rank;
  return answer;
}
