/** Words about trainings, in the grammar of {@link ../errors}. */
import { formatNumber } from "../../display/formatting";
import { InputError, mustBe } from "../../errors";

/** One sentence for a training that went wrong. */
export function divergence(
  where: string,
  value: number,
  epoch: number,
  rate: number,
  weights: string,
  next: number,
): string {
  const at = Number.isFinite(rate) ? ` at learning rate ${formatNumber(rate, 3)}` : "";
  const remedy = Number.isFinite(next)
    ? `try learning rate ${formatNumber(next, 3)}`
    : "try a smaller learning rate";
  return `${where}: the loss must stay finite, got ${value} in epoch ${epoch}${at}; the weights are now ${weights}, ${remedy}`;
}

export function notCompiled(where: string): InputError {
  return new InputError(
    `${where}: model must be compiled, got one without an optimizer; call model.compile({ optimizer, loss })`,
  );
}

const ELSEWHERE = "name another folder, or remove it to begin anew";

export function tooFewEpochs(where: string, folder: string, kept: number, epochs: number): InputError {
  return mustBe(where, "epochs", `at least the ${kept} of the checkpoint in ${folder}`, epochs, ELSEWHERE);
}

export function foreignCheckpoint(where: string, folder: string, what: string): InputError {
  return new InputError(
    `${where}: the checkpoint must be of the same training, got one with ${what} in ${folder}; ${ELSEWHERE}`,
  );
}

export function brokenCheckpoint(where: string, folder: string, file: string): InputError {
  return new InputError(
    `${where}: the checkpoint must be whole, got one whose ${file} is missing or damaged in ${folder}; ${ELSEWHERE}`,
  );
}
