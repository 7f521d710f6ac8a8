import { columnOf } from "../../design/design-matrix";
import { supportOf } from "../../linalg/vector";
import type { SolvedProblem } from "../fit/solved-problem";

/** One sentence for each column without a coefficient that could have that of an equal one at the same objective. */
export function copiesOutside({ working, solution: { beta }, lambda }: SolvedProblem): string[] {
  const { problem, nameOf } = working;
  const { design, penalty } = problem;
  const active = Array.from(supportOf(beta), (j) => ({ j, column: columnOf(design, j) }));
  const value = penalty.value(beta, lambda);
  const isAsGood = (j: number, k: number): boolean => {
    const swapped = beta.slice();
    [swapped[j], swapped[k]] = [beta[k], beta[j]];
    return Math.abs(penalty.value(swapped, lambda) - value) <= 1e-12 * value;
  };
  const sentences: string[] = [];
  for (let k = 0; k < beta.length; k++) {
    if (beta[k] !== 0) continue;
    const copy = columnOf(design, k);
    const original = active.find(({ column }) => column.every((entry, i) => entry === copy[i]));
    if (original === undefined || !isAsGood(original.j, k)) continue;
    const pair = [original.j, k].sort((a, b) => a - b).map(nameOf);
    sentences.push(
      `${pair.join(" and ")} are equal as scaled, so which of them has the coefficient is arbitrary: group them or drop one`,
    );
  }
  return sentences;
}
