/** `smooth-edges explain`: says what a model is and how it was made ({@link explainCommand}). */
import { planInWords } from "./fit-plan";
import { readModel } from "./model-file";
import { planCode } from "./plan-code";

/**
 * Describes a model: what was done, how its columns are read, the choice of lambda, the coefficients, how well it predicted, what was found
 * about it, and the code that repeats it.
 *
 * @throws {UsageError} when the file cannot be read.
 */
export function explainCommand(path: string): string {
  const { plan, fit, validation, tables } = readModel("smooth-edges explain", path);
  const parts = [
    planInWords(plan)
      .map((sentence) => `${sentence}.`)
      .join("\n"),
    fit.encoder.summary(),
    ...(validation ? [validation] : []),
    fit,
    ...tables,
    `The code that repeats it:\n\n${planCode(plan)}`,
  ];
  return `${parts.join("\n\n").trimEnd()}\n`;
}
