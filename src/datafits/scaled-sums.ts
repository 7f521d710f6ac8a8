/** Sums over intervals of places, for the risk sets of survival times with times of entry ({@link ScaledSums}). */

/** The terms that events of one time add to sums over event times, in units of the risk then. */
export type Increments = Readonly<Record<"hazard" | "squares" | "means", number>>;

/** A sum: its parts in units of `exp(-key)`, `squares` of its square. */
interface ScaledSum extends Increments {
  readonly key: number;
}

/**
 * A segment tree of sums `sum_i a_i exp(-key_i)` over intervals of places, each kept in units of its own largest term: sums of what was added
 * to intervals, at one place, or of what places have, over an interval; either in `log n` steps and without a subtraction.
 *
 * @see Bentley, Solutions to Klee's rectangle problems (1977)
 */
export class ScaledSums {
  readonly #size: number;
  readonly #key: Float64Array;
  readonly #hazard: Float64Array;
  readonly #squares: Float64Array;
  readonly #means: Float64Array;
  /** Nodes beside the tree: what is added, and what is asked for. */
  readonly #given: number;
  readonly #asked: number;

  constructor(size: number) {
    this.#size = size;
    [this.#given, this.#asked] = [2 * size, 2 * size + 1];
    const numbers = (): Float64Array => new Float64Array(2 * size + 2);
    [this.#key, this.#hazard, this.#squares, this.#means] = [numbers(), numbers(), numbers(), numbers()];
  }

  clear(): void {
    this.#hazard.fill(0);
  }

  /** Adds a term to all places from `first` to `last`; no `squares`. */
  addTo(first: number, last: number, key: number, hazard: number, means: number): void {
    this.#set(this.#given, key, hazard, 0, means);
    this.#visit(first, last, (node) => this.#merge(node, this.#given));
  }

  /** What was added to intervals that hold a place. */
  at(place: number): ScaledSum {
    this.#hazard[this.#asked] = 0;
    for (let node = this.#size + place; node >= 1; node >>= 1) this.#merge(this.#asked, node);
    return this.#answer();
  }

  /** Sets the terms of one place; {@link sumUp} before intervals are asked for. */
  setLeaf(place: number, key: number, { hazard, squares, means }: Increments): void {
    this.#set(this.#size + place, key, hazard, squares, means);
  }

  sumUp(): void {
    for (let node = this.#size - 1; node >= 1; node--) {
      this.#hazard[node] = 0;
      this.#merge(node, 2 * node);
      this.#merge(node, 2 * node + 1);
    }
  }

  /** What the places from `first` to `last` have together. */
  over(first: number, last: number): ScaledSum {
    this.#hazard[this.#asked] = 0;
    this.#visit(first, last, (node) => this.#merge(this.#asked, node));
    return this.#answer();
  }

  /** Visits the nodes whose places together are those from `first` to `last`. */
  #visit(first: number, last: number, take: (node: number) => void): void {
    for (let low = this.#size + first, high = this.#size + last + 1; low < high; low >>= 1, high >>= 1) {
      if (low & 1) take(low++);
      if (high & 1) take(--high);
    }
  }

  #set(node: number, key: number, hazard: number, squares: number, means: number): void {
    this.#key[node] = key;
    this.#hazard[node] = hazard;
    this.#squares[node] = squares;
    this.#means[node] = means;
  }

  #answer(): ScaledSum {
    const node = this.#asked;
    const hazard = this.#hazard[node];
    if (hazard === 0) return { key: 0, hazard, squares: 0, means: 0 };
    return { key: this.#key[node], hazard, squares: this.#squares[node], means: this.#means[node] };
  }

  /** Adds a node to another; one without terms has `hazard` 0. */
  #merge(into: number, from: number): void {
    const [key, hazard, squares, means] = [this.#key, this.#hazard, this.#squares, this.#means];
    if (hazard[from] === 0) return;
    if (hazard[into] === 0) {
      this.#set(into, key[from], hazard[from], squares[from], means[from]);
      return;
    }
    const shrunk = Math.exp(-Math.abs(key[from] - key[into]));
    const [own, others] = key[from] < key[into] ? [shrunk, 1] : [1, shrunk];
    hazard[into] = own * hazard[into] + others * hazard[from];
    squares[into] = own ** 2 * squares[into] + others ** 2 * squares[from];
    means[into] = own * means[into] + others * means[from];
    key[into] = Math.min(key[into], key[from]);
  }
}
