/** What code in a notebook can ask of the kernel: `import { display } from "smooth-edges/kernel"`, or as globals. */
export { type Comm, type CommExtras, type CommHandler, comm, type TargetHandler } from "./comm";
export { clearOutput, type DisplayHandle, type DisplayOptions, display } from "./display-handle";
export { input, prompt } from "./input";
export { type KernelEnvironment, kernel } from "./kernel-commands";
export { type ProgressOptions, progress } from "./progress";
export { type ShellResult, sh } from "./sh";
export { type Widget, widget } from "./widget";
