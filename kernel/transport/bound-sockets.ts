/** The ZeroMQ sockets of the kernel's process, for the thread that owns them. */
import { workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import { addressInUse } from "../errors";
import { WAITING_MESSAGES } from "./backpressure-publisher";
import { addressOf, CHANNELS } from "./connection";
import type { SocketThreadData } from "./thread-port";

/** How long unsent messages hold up the end of the process. */
const LINGER_MS = 1000;
const options = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: LINGER_MS };

interface Sockets {
  readonly shell: Router;
  readonly control: Router;
  readonly stdin: Router;
  readonly iopub: XPublisher;
  readonly hb: Reply;
}

export const sockets: Sockets = {
  shell: new Router(options),
  control: new Router(options),
  stdin: new Router(options),
  // A second front end that subscribes to what another one did is greeted too.
  iopub: new XPublisher({ ...options, sendHighWaterMark: WAITING_MESSAGES, verbosity: "allSubs" }),
  hb: new Reply({ linger: 0 }),
};

/** Settles when a front end can connect; what it sends meanwhile waits until it is read. */
export const bound: Promise<unknown> = Promise.all(
  CHANNELS.map(async (channel) => {
    const address = addressOf((workerData as SocketThreadData).connection, channel);
    await sockets[channel].bind(address).catch((error: Error) => {
      throw addressInUse(channel, address, error.message);
    });
  }),
);
