import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Subscriber, XPublisher } from "zeromq";
import { BackpressurePublisher } from "../../../kernel/transport/backpressure-publisher";

const ROOM = 20;
/** More than the network's buffers and a reader's own queue hold. */
const MANY = 200;
const SIZE = 200_000;

describe("a patient publisher", () => {
  let socket: XPublisher;
  let readers: Subscriber[];
  let losses: number;

  beforeEach(async () => {
    socket = new XPublisher({ sendHighWaterMark: ROOM, linger: 0, verbosity: "allSubs" });
    await socket.bind("tcp://127.0.0.1:*");
    losses = 0;
    readers = [0, 1].map(() => new Subscriber({ receiveHighWaterMark: 5, linger: 0 }));
    for (const reader of readers) {
      reader.subscribe();
      reader.connect(socket.lastEndpoint as string);
      await socket.receive();
    }
  });
  afterEach(() => {
    for (const each of [socket, ...readers]) each.close();
  });

  const publisherWith = (patience: number): BackpressurePublisher =>
    new BackpressurePublisher(socket, () => losses++, patience);
  const message = (k: number): Uint8Array[] => [Buffer.from(String(k)), Buffer.alloc(SIZE)];

  async function read(reader: Subscriber, into: number[]): Promise<void> {
    for await (const [first] of reader) into.push(Number(first));
  }

  it("waits for a reader that is late, and loses nothing", async () => {
    const publisher = publisherWith(10_000);
    const seen: [number[], number[]] = [[], []];
    void read(readers[0] as Subscriber, seen[0]);
    let sent = 0;
    const all = Promise.all(
      Array.from({ length: MANY }, (_, k) => publisher.send(message(k)).then(() => sent++)),
    );
    await sleep(300);
    assert.ok(sent < MANY, `${sent} were sent`);
    void read(readers[1] as Subscriber, seen[1]);
    await all;
    while (Math.min(seen[0].length, seen[1].length) < MANY) await sleep(5);
    const expected = Array.from({ length: MANY }, (_, k) => k);
    assert.deepEqual(seen, [expected, expected]);
    assert.equal(losses, 0);
  });

  it("leaves behind a reader that reads no more, which others do not notice, and takes it up again", async () => {
    const publisher = publisherWith(200);
    const seen: [number[], number[]] = [[], []];
    void read(readers[0] as Subscriber, seen[0]);
    for (let k = 0; k < MANY; k++) {
      await publisher.send(message(k));
      // On a busy machine it might count as one that reads no more itself.
      while (seen[0].length < k - 5) await sleep(1);
    }
    assert.ok(losses > 0);
    while (seen[0].length < MANY) await sleep(5);
    void read(readers[1] as Subscriber, seen[1]);
    while (seen[1].at(-1) !== MANY) {
      await publisher.send(message(MANY));
      await sleep(5);
    }
    const kept = seen[1].filter((k) => k < MANY);
    assert.deepEqual(
      kept,
      kept.map((_, k) => k),
    );
    assert.ok(kept.length >= ROOM && kept.length < MANY, `${kept.length}`);
  });

  it("waits for nobody once it is to finish", async () => {
    const publisher = publisherWith(60_000);
    for (let k = 0; k < MANY; k++) void publisher.send(message(k));
    await publisher.finish();
  });

  it("has nobody to tell once its socket is closed", async () => {
    const publisher = publisherWith(60_000);
    socket.close();
    await publisher.send(message(0));
    assert.equal(losses, 0);
  });
});
