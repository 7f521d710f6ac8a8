import * as datafits from "../../datafits";
import * as optimizers from "../../optimizers";
import * as parametrizations from "../../parametrizations";
import * as penalties from "../../penalties";
import * as initializations from "../../problem/initialization";
import type { Factories } from "../../recipe";
import * as solvers from "../../solvers";
import * as reference from "../../solvers/classical";
import { acceptingFormerArguments } from "./former-arguments";

/** The factories that the parts of an estimator are made by, under the names that they are exported under. */
export const libraryParts: Factories = {
  ...acceptingFormerArguments(datafits),
  ...acceptingFormerArguments(penalties),
  ...acceptingFormerArguments(parametrizations),
  ...initializations,
  ...optimizers,
  ...solvers,
  ...reference,
  // Files that were written before these solvers got their present names.
  inTurn: solvers.withFallback,
  severalStarts: solvers.multiStart,
  leavingSaddles: solvers.saddleEscape,
};
