/** Channels between cells and front ends. */
import type { Comm, CommExtras, TargetHandler } from "../execution/comm-hub";
import { notebookKernel } from "../notebook-kernel";
import type { JsonObject } from "../transport/wire";

/**
 * Opens channels of messages, or waits for a front end to open them.
 *
 * Messages arrive between cells and while a cell awaits something.
 *
 * @example
 * const channel = comm.open("my-plot", { size: 3 });
 * channel.onMessage((data) => console.log(data));
 * channel.send({ size: 4 });
 */
export const comm: {
  /**
   * Opens a channel to the object that a front end registered under `target`.
   *
   * @throws KernelError outside a notebook
   */
  open(target: string, data?: JsonObject, extras?: CommExtras): Comm;
  /** Calls `handler` with each channel that a front end opens to `name`; a later handler replaces it. */
  onTarget(name: string, handler: TargetHandler): void;
} = {
  open: (target, data, extras) => notebookKernel("comm.open").comms.open(target, data, extras),
  onTarget: (name, handler) => notebookKernel("comm.onTarget").comms.onTarget(name, handler),
};
