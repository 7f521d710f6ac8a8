/** Where a method is, which is computed when it is asked for. */
export interface Standing {
  readonly objective: number;
  /** No value of the objective is below this. */
  readonly bound: number;
  readonly beta: Float64Array;
}

/** Gives where it is after each of its iterations, the start left out. */
export type Racer = () => Iterator<() => Standing>;

/** How a method went. */
export interface Run {
  /** The iterations that were looked at, the last one too. */
  readonly iterations: number[];
  /** Of the processor until then, without the looks. */
  readonly seconds: number[];
  readonly objectives: number[];
  /** The largest of all looks. */
  readonly bound: number;
  /** Of the last look. */
  readonly beta: Float64Array;
}

/** Iterations that are looked at: six a decade. */
function isLook(iteration: number): boolean {
  const k = Math.round(6 * Math.log10(iteration));
  return Math.round(10 ** (k / 6)) === iteration;
}

/** Runs a method until its own bound proves a relative gap, or it ends, or for a number of iterations. */
export function raced(racer: Racer, { goal, most }: { goal: number; most: number }): Run {
  const iterations: number[] = [];
  const seconds: number[] = [];
  const objectives: number[] = [];
  const steps = racer();
  let [bound, spent] = [Number.NEGATIVE_INFINITY, 0];
  let beta = new Float64Array();
  let standing: (() => Standing) | undefined;
  const look = (iteration: number): boolean => {
    const there = (standing as () => Standing)();
    bound = Math.max(bound, there.bound);
    beta = Float64Array.from(there.beta);
    iterations.push(iteration);
    seconds.push(spent);
    objectives.push(there.objective);
    return there.objective - bound <= goal * there.objective;
  };
  for (let iteration = 1; iteration <= most; iteration++) {
    const started = process.cpuUsage();
    const { done, value } = steps.next();
    const { user, system } = process.cpuUsage(started);
    spent += (user + system) / 1e6;
    if (done) {
      if (iteration > 1 && iterations.at(-1) !== iteration - 1) look(iteration - 1);
      break;
    }
    standing = value;
    if ((isLook(iteration) || iteration === most) && look(iteration)) break;
  }
  return { iterations, seconds, objectives, bound, beta };
}
