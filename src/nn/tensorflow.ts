import type * as TensorFlow from "@tensorflow/tfjs";
import { missingPackage } from "../errors";

/**
 * TensorFlow.js, loaded when it is first used.
 *
 * @throws InputError if it is not installed.
 */
export function tensorFlow(where: string): typeof TensorFlow {
  try {
    return require("@tensorflow/tfjs");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw missingPackage(where, "@tensorflow/tfjs", "@tensorflow/tfjs @tensorflow/tfjs-backend-wasm");
  }
}
