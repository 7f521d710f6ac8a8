/** Work that a loop follows: its events, its result, its end and its errors. */
import assert from "node:assert/strict";
import { type ProgressEvent, type ProgressRun, progressOf, SmoothLasso } from "../../src";
import { InputError } from "../../src/errors";
import type { Anything } from "../support/bad-input";

const event = (done: number): ProgressEvent => ({ task: "work", done, total: 5, message: `unit ${done}` });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work of five units, which gives the number of those that it did. */
const work = async ({ onProgress, signal }: ProgressRun): Promise<number> => {
  let done = 0;
  while (done < 5 && !signal.aborted) {
    onProgress(event(++done));
    await turn();
  }
  return done;
};

describe("progressOf", () => {
  it("gives each event in turn, and the result", async () => {
    const following = progressOf(work);
    const seen: number[] = [];
    for await (const { done } of following) {
      seen.push(done);
      if (done === 2) await new Promise((resolve) => setTimeout(resolve, 20)); // events gather meanwhile
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    assert.equal(await following.result, 5);
  });

  it("ends the work where the loop is left, and where the signal is aborted", async () => {
    const left = progressOf(work);
    for await (const { done } of left) if (done === 2) break;
    assert.ok((await left.result) < 5);
    const controller = new AbortController();
    const aborted = progressOf(work, { signal: controller.signal });
    for await (const { done } of aborted) if (done === 3) controller.abort();
    assert.ok((await aborted.result) < 5);
  });

  it("throws the error of the work in the loop and where its result is awaited, and nowhere else", async () => {
    const failing = async (run: ProgressRun): Promise<never> => {
      run.onProgress(event(1));
      await turn();
      throw new Error("lost");
    };
    const seen: number[] = [];
    const following = progressOf(failing);
    await assert.rejects(async () => {
      for await (const { done } of following) seen.push(done);
    }, /^Error: lost$/);
    assert.deepEqual(seen, [1]);
    await assert.rejects(following.result, /^Error: lost$/);
    const synchronous = progressOf((() => {
      throw new Error("at once");
    }) as Anything);
    await turn(); // An error that nobody has taken would end the process here.
    await assert.rejects(synchronous.result, /at once/);
  });

  it("follows a cross-validation in a thread, which gives what it gives alone", async () => {
    const X = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 7) - 3]);
    const y = X.map(([a, b], i) => a - 2 * b + Math.sin(7 * i));
    const options = { folds: 4, nLambdas: 10 };
    const following = progressOf((run) => new SmoothLasso().crossValidateAsync(X, y, { ...options, ...run }));
    const events: ProgressEvent[] = [];
    for await (const each of following) events.push(each);
    assert.ok(events.length > 0);
    assert.equal(events.at(-1)!.done, events.at(-1)!.total);
    assert.deepEqual(
      [...(await following.result).meanScore],
      [...new SmoothLasso().crossValidate(X, y, options).meanScore],
    );
  });

  it("refuses what is no work and no signal", () => {
    const refuses = (message: string, ...args: Anything[]): void =>
      assert.throws(() => (progressOf as Anything)(...args), new InputError(`progressOf: ${message}`));
    refuses("start must be a function that begins the work, got a Promise", Promise.resolve());
    refuses("signal must be an AbortSignal, got an AbortController", work, { signal: new AbortController() });
  });
});
