/** The functions of the kernel that cells have in a browser, as globals and by `import { display } from "smooth-edges/kernel"`. */
export {
  clearOutput,
  type DisplayHandle,
  type DisplayOptions,
  display,
  type ProgressOptions,
  progress,
} from "../notebook-api/display-handle";
