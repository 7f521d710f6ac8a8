/** What the thread of the sockets has to say, in the grammar of errors.ts. */
import { KernelError } from "../errors";

export function messageTooDeep(most: number): KernelError {
  return new KernelError(
    `kernel: a message must have at most ${most} arrays and objects inside each other, got more; the message was left alone`,
  );
}

export function heapNearlyFull(used: number, limit: number): string {
  const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
  return (
    `memory: JavaScript's heap must stay below ${megabytes(limit)} MB, got ${megabytes(used)} MB, and where it is full the kernel ends; ` +
    "free what is not needed, or set --max-old-space-size in NODE_OPTIONS to the megabytes that it may have"
  );
}

export function socketFailed(channel: string, reason: string): KernelError {
  return new KernelError(`kernel: the ${channel} socket must stay open, got ${reason}; restart the kernel`);
}
