/** Growth below which memory is not worth telling. */
const TOLD_MB = 10;

/** Measures what a cell takes, from when it is made. */
export class Stopwatch {
  readonly #start: number = performance.now();
  readonly #memory: number = process.memoryUsage.rss();

  /** The time since the start, and memory where it grew. */
  told(): string {
    const ms = performance.now() - this.#start;
    const time = ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
    const memory = process.memoryUsage.rss();
    const grown = Math.round((memory - this.#memory) / 1e6);
    return grown < TOLD_MB ? time : `${time}, memory grew by ${grown} MB to ${Math.round(memory / 1e6)} MB`;
  }
}
