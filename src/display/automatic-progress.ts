import type { ProgressListener } from "./progress";
import { progressBar } from "./progress-bar";
import { notebookPlace } from "./progress-place";

/** How long work must take before a bar is shown that nobody asked for, in milliseconds. */
const patience = 2000;

/** The bar of work without a listener: one in our kernel, where it takes long; undefined elsewhere. */
export function automaticProgress(): ProgressListener | undefined {
  return notebookPlace() && progressBar({ delay: patience });
}

/** Hears and shows nothing: for work that is part of other work, which shows a bar itself. */
export const silent: ProgressListener = () => {};
