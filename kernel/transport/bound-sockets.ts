/** The ZeroMQ sockets of the kernel, for the thread that owns them; loading this file binds them. */
import { workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import { addressInUse } from "../errors";
import { WAITING_MESSAGES } from "./backpressure-publisher";
import { addressOf, CHANNELS } from "./connection";
import type { SocketThreadData } from "./thread-port";

/** Milliseconds for which unsent messages delay the end of the process. */
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
  // With `allSubs` a second subscription to the same topic is reported too, so that each front end is welcomed.
  iopub: new XPublisher({ ...options, sendHighWaterMark: WAITING_MESSAGES, verbosity: "allSubs" }),
  hb: new Reply({ linger: 0 }),
};

/** Fulfilled when front ends can connect; their messages wait until they are read. */
export const bound: Promise<unknown> = Promise.all(
  CHANNELS.map(async (channel) => {
    const address = addressOf((workerData as SocketThreadData).connection, channel);
    await sockets[channel].bind(address).catch((error: Error) => {
      throw addressInUse(channel, address, error.message);
    });
  }),
);
