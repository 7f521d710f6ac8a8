/**
 * The functions of the kernel for notebooks: globals of every cell, and `import { display } from "smooth-edges/kernel"`.
 *
 * @module smooth-edges/kernel
 */

export type { Comm, CommExtras, CommHandler, TargetHandler } from "../execution/comm-hub";
export { comm } from "./comm";
export {
  clearOutput,
  type DisplayHandle,
  type DisplayOptions,
  display,
  type ProgressOptions,
  progress,
} from "./display-handle";
export { input, prompt } from "./input";
export { type KernelEnvironment, kernel } from "./kernel-commands";
export { type ShellResult, sh } from "./sh";
export { type Widget, widget } from "./widget";
