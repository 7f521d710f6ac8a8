/** What code in a notebook can ask of the kernel: `import { display } from "smooth-edges/kernel"`, or as globals. */
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
