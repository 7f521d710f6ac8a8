/**
 * Branch and bound: the node with the least bound is split next, the earliest of several.
 *
 * A node is split at the coefficient whose term is farthest above its envelope, times the distance from where they meet: where zero and all
 * magnitudes from a least one on are allowed, into zero, positive and negative values; elsewhere in two. A search that goes on for long
 * probes the boxes of its root: an outer part of one that a bound of its own leaves out is cut off from all open nodes. Each cut makes the next ones
 * easier, so this goes on until a round over all coefficients cuts nothing. What happens in which order depends on the numbers alone; the clock
 * only says when it ends.
 *
 * @see Land and Doig, An automatic method of solving discrete programming problems (1960); Morrison and others, Branch-and-bound algorithms: a
 * survey (2016)
 */
import type { Relaxation } from "./bound";
import type { Convexity } from "./boxed-terms";
import { narrowBoxes } from "./boxes";
import { chooseConvexity } from "./convexity";
import type { Boxes } from "./first-boxes";
import type { Incumbent } from "./incumbents";
import { NodeQueue, type OpenNode } from "./node-queue";

/** Bounds of one node, at most. */
const MOST_ROUNDS = 12;

/** The share of `U - LB` that the relaxation may be above its bound. */
const CLOSE = 0.02;

/** The share of columns that has to be gone before `d` is chosen anew. */
const FEWER = 0.9;

/** Halvings of one side of a box in one round of probing, at most. */
const MOST_PROBES = 6;
/** Bounds for each halving, at most. */
const PROBE_ROUNDS = 10;
/** Probing begins once the search has cost as many times the effort for the root. */
const PROBE_AFTER = 40;
/** The share of all effort that probing may take. */
const PROBE_SHARE = 0.5;

/** Rounds of narrowing at the root. */
const ROOT_ROUNDS = 30;

/** Why a search ended before the gap was closed. */
export type EndReason = "timeLimit" | "interrupted";

/** How far a search is. */
export interface SearchState {
  readonly nodes: number;
  readonly lowerBound: number;
  readonly objective: number;
}

/** When the search ends, and who is told. */
export interface SearchControl {
  /** The relative gap at which the best point counts as proved. */
  readonly gap: number;
  /** Why to end now, if at all. */
  readonly reasonToEnd: () => EndReason | undefined;
  readonly onNode: (state: SearchState) => void;
}

/** The search of one problem, whose incumbent it improves. */
export class Tree {
  readonly #node: Relaxation;
  readonly #root: Boxes;
  readonly #least: Float64Array;
  readonly #incumbent: Incumbent;
  readonly #control: SearchControl;
  #queue = new NodeQueue();
  /** The terms that the current round of probing has still to look at. */
  #unprobed: number[] = [];
  /** Whether the current round has cut anything; before the first round true. */
  #isCut = true;
  /** The effort for all probing so far. */
  #probeEffort = 0;
  /** What bounding the root took, and the point, its values and the share of the loss with which it was bounded. */
  #rootEffort = 0;
  #rootPoint = new Float64Array(0);
  #rootValues = new Float64Array(0);
  #rootConvexity: Convexity;
  #nodes = 0;
  #ids = 0;
  /** The least bound of what was left out. */
  #leftOut = Number.POSITIVE_INFINITY;

  /** @param node the relaxation within these boxes. */
  constructor(node: Relaxation, boxes: Boxes, incumbent: Incumbent, control: SearchControl) {
    this.#node = node;
    this.#root = { low: boxes.low.slice(), high: boxes.high.slice(), isDeclared: boxes.isDeclared };
    this.#rootConvexity = this.#node.convexity;
    this.#least = node.least;
    this.#incumbent = incumbent;
    this.#control = control;
  }

  /** A node is left out if its bound reaches this. */
  get #cutoff(): number {
    const { objective } = this.#incumbent;
    return objective - this.#control.gap * Math.abs(objective);
  }

  /** Bounds the root and narrows its boxes; returns the terms that are still open, none where the root is enough. */
  openTerms(): Int32Array {
    const node = this.#node;
    node.point.set(this.#incumbent.best);
    node.restart(node.convexityOf(new Float64Array(node.low.length)));
    const isOpen = this.#bound(ROOT_ROUNDS);
    this.#root.low.set(node.low);
    this.#root.high.set(node.high);
    if (!isOpen) return new Int32Array(0);
    this.#push(0);
    this.#rootEffort = node.effort;
    this.#keepRoot();
    return node.open.slice(0, node.nOpen);
  }

  /** Keeps the point and the share of the loss with which the root was bounded. */
  #keepRoot(): void {
    this.#rootPoint = this.#node.point.slice();
    this.#rootValues = this.#node.w.slice();
    this.#rootConvexity = this.#node.convexity;
  }

  /** Whether it is time to probe the next term. */
  get #isProbing(): boolean {
    const { effort } = this.#node;
    const isLong = effort > PROBE_AFTER * this.#rootEffort && this.#probeEffort <= PROBE_SHARE * effort;
    return isLong && (this.#isCut || this.#unprobed.length > 0);
  }

  /**
   * Cuts off outer parts of the box of one term at the root, and so in all open nodes, where bounds of their own show that they hold nothing
   * better. A round begins with the root's bound and the largest coefficients.
   *
   * @see Savelsbergh, Preprocessing and probing techniques for mixed integer programming problems (1994)
   */
  #probeNext(): void {
    const node = this.#node;
    const before = node.effort;
    if (this.#unprobed.length === 0) this.#beginRound();
    const j = this.#unprobed.shift();
    if (j !== undefined) for (const sign of [1, -1]) this.#probe(j, sign);
    this.#probeEffort += node.effort - before;
  }

  /** Bounds the root within its boxes as they are now, and lists the terms to probe. */
  #beginRound(): void {
    const node = this.#node;
    const { low, high } = this.#root;
    node.low.set(low);
    node.high.set(high);
    node.point.set(this.#rootPoint);
    node.restart(this.#rootConvexity);
    const isOpen = this.#bound(ROOT_ROUNDS);
    low.set(node.low);
    high.set(node.high);
    this.#isCut = false;
    if (!isOpen) {
      this.#queue = new NodeQueue();
      return;
    }
    this.#keepRoot();
    const best = this.#incumbent.values;
    const w = this.#rootValues;
    this.#unprobed = Array.from(w.keys()).filter((j) => low[j] < high[j] && (w[j] !== 0 || best[j] !== 0));
    this.#unprobed.sort((a, b) => Math.abs(w[b]) - Math.abs(w[a]) || a - b);
  }

  /** Halves one side of the box of a term as long as its outer half holds nothing better. */
  #probe(j: number, sign: number): void {
    const node = this.#node;
    const { low, high } = this.#root;
    for (let step = 0; step < MOST_PROBES && !this.#control.reasonToEnd(); step++) {
      const end = sign > 0 ? high[j] : -low[j];
      const best = sign * this.#incumbent.values[j];
      const inner = Math.max(0, best, sign * this.#rootValues[j], this.#least[j]);
      const cut = inner + (end - inner) / 2;
      if (!(cut < 0.95 * end) || cut <= 0) break;
      node.low.set(low);
      node.high.set(high);
      node.point.set(this.#rootPoint);
      node.narrow(j, sign > 0 ? cut : -end, sign > 0 ? end : -cut);
      node.restart(this.#rootConvexity);
      if (this.#bound(PROBE_ROUNDS)) break;
      if (sign > 0) high[j] = cut;
      else low[j] = -cut;
      this.#isCut = true;
    }
  }

  /** The boxes of the root, and its point. */
  get root(): { readonly low: Float64Array; readonly high: Float64Array } {
    return this.#root;
  }

  /** The largest bound below the minimum that is known so far. */
  get lowerBound(): number {
    const lowerBound = Math.min(this.#leftOut, this.#queue.least ?? Number.POSITIVE_INFINITY);
    return Math.min(lowerBound, this.#incumbent.objective);
  }

  get state(): SearchState {
    return { nodes: this.#nodes, lowerBound: this.lowerBound, objective: this.#incumbent.objective };
  }

  /** The least bound of what was left out. */
  get leftOut(): number {
    return this.#leftOut;
  }

  get nodes(): number {
    return this.#nodes;
  }

  /** Searches from the root on until the gap is closed or the control ends it, and returns why it ended if that is so. */
  search(): EndReason | undefined {
    for (;;) {
      const next = this.#queue.least;
      if (next === undefined || next >= this.#cutoff) break;
      const reason = this.#control.reasonToEnd();
      if (reason) return reason;
      if (this.#isProbing) this.#probeNext();
      else this.#split(this.#queue.pop()!);
    }
    return undefined;
  }

  #split(parent: OpenNode): void {
    const j = parent.branch;
    const { low, high } = this.#boxOf(parent, j);
    for (const [from, to] of this.#parts(j, low, high, parent.point)) {
      if (from > to || !this.#load(parent)) continue;
      const node = this.#node;
      node.narrow(j, from, to);
      node.restart(parent.convexity);
      if (this.#bound(MOST_ROUNDS)) this.#push(parent.bound);
    }
    this.#control.onNode(this.state);
  }

  /** The boxes that one of a column is split into. */
  #parts(j: number, low: number, high: number, point: number): (readonly [number, number])[] {
    const least = this.#least[j];
    if (low <= 0 && high >= 0 && least > 0) {
      const parts: (readonly [number, number])[] = [[0, 0]];
      if (high > 0) parts.push([Math.min(least, high), high]);
      if (low < 0) parts.push([low, -Math.min(least, -low)]);
      return parts;
    }
    return [
      [low, point],
      [point, high],
    ];
  }

  #boxOf(open: OpenNode, j: number): { low: number; high: number } {
    const k = open.columns.indexOf(j);
    const { low, high } = this.#root;
    if (k === -1) return { low: low[j], high: high[j] };
    return { low: Math.max(open.low[k], low[j]), high: Math.min(open.high[k], high[j]) };
  }

  /** Loads a node as far as the boxes of the root have not become narrower since; returns whether anything is left of it. */
  #load(open: OpenNode): boolean {
    const node = this.#node;
    node.low.set(this.#root.low);
    node.high.set(this.#root.high);
    for (let k = 0; k < open.columns.length; k++) {
      const j = open.columns[k];
      node.low[j] = Math.max(node.low[j], open.low[k]);
      node.high[j] = Math.min(node.high[j], open.high[k]);
      if (node.low[j] > node.high[j]) return false;
    }
    node.point.fill(0);
    for (let k = 0; k < open.nonzeros.length; k++) node.point[open.nonzeros[k]] = open.values[k];
    return true;
  }

  /** Puts the node that was bounded last into the queue. */
  #push(parentBound: number): void {
    const node = this.#node;
    const { low, high, point } = node;
    const branch = this.#branching();
    const columns: number[] = [];
    const nonzeros: number[] = [];
    for (let j = 0; j < low.length; j++) {
      if (low[j] !== this.#root.low[j] || high[j] !== this.#root.high[j]) columns.push(j);
    }
    for (let j = 0; j < point.length; j++) if (point[j] !== 0) nonzeros.push(j);
    this.#queue.push({
      id: this.#ids++,
      bound: Number.isNaN(node.bound) ? parentBound : Math.max(node.bound, parentBound),
      columns: Int32Array.from(columns),
      low: Float64Array.from(columns, (j) => low[j]),
      high: Float64Array.from(columns, (j) => high[j]),
      nonzeros: Int32Array.from(nonzeros),
      values: Float64Array.from(nonzeros, (j) => point[j]),
      convexity: node.convexity,
      ...branch,
    });
  }

  /** The coefficient to branch on, by the greatest product of its gap and its distance from where there is none. */
  #branching(): { branch: number; point: number } {
    const node = this.#node;
    let [branch, best] = [-1, 0];
    for (let k = 0; k < node.nOpen; k++) {
      const j = node.open[k];
      const { gap, distance } = node.gapAt(j);
      const score = gap * distance;
      if (score > best) [branch, best] = [j, score];
    }
    if (branch === -1) {
      // The objective is the relaxation here.
      this.#incumbent.offer(node.point);
      branch = this.#widest();
    }
    return { branch, point: this.#splitPoint(branch) };
  }

  /** Without any gap rounding is left; the widest box is halved. */
  #widest(): number {
    const { open, nOpen, low, high } = this.#node;
    let widest = open[0];
    for (let k = 1; k < nOpen; k++)
      if (high[open[k]] - low[open[k]] > high[widest] - low[widest]) widest = open[k];
    return widest;
  }

  /**
   * Where a box is split in two: at twice the value, as far as the term is concave there, since the bound of the outer part is soon high enough
   * to leave that out; else at the value.
   */
  #splitPoint(j: number): number {
    const { w, low, high, terms } = this.#node;
    const [from, to] = [low[j], high[j]];
    const isInside = (t: number): boolean => t > from + 0.05 * (to - from) && t < to - 0.05 * (to - from);
    const [, concaveEnd] = terms.concaveRange(j, 0);
    const size = Math.abs(w[j]);
    const outer = Math.sign(w[j]) * Math.min(2 * size, Math.max(concaveEnd, size));
    return [outer, w[j]].find(isInside) ?? (from + to) / 2;
  }

  /** Bounds the node that is loaded; returns whether it stays open. */
  #bound(mostRounds: number): boolean {
    const node = this.#node;
    const isRoot = mostRounds === ROOT_ROUNDS;
    this.#nodes++;
    let isRetried = false;
    for (let round = 0; round < mostRounds; round++) {
      node.evaluate();
      const cutoff = this.#cutoff;
      if (node.bound >= cutoff) {
        this.#leftOut = Math.min(this.#leftOut, node.bound);
        return false;
      }
      const span = this.#incumbent.objective - node.bound;
      const isClose = node.relaxed - node.bound <= CLOSE * span;
      if (isClose) {
        if (isRoot || round < 3) this.#round();
        const { leftOut, changed, isEmpty } = narrowBoxes(node, this.#cutoff);
        this.#leftOut = Math.min(this.#leftOut, leftOut);
        if (isEmpty) return false;
        node.clip();
        node.compact();
        const isFewer = node.nOpen <= FEWER * node.convexity.nOpen;
        if (changed === 0 && !isFewer && (isRetried || !isRoot)) break;
        if (isFewer || (isRoot && !isRetried) || (isRoot && changed > 0)) {
          isRetried = true;
          const convexity = chooseConvexity(node);
          if (convexity) node.share(convexity);
        }
        if (isRoot && this.#control.reasonToEnd()) break;
      }
      node.descend((CLOSE / 20) * span);
    }
    return !this.#isLastBoundEnough();
  }

  /** Whether the bound, computed afresh after the last change, leaves the node out. */
  #isLastBoundEnough(): boolean {
    const node = this.#node;
    node.evaluate();
    if (!(node.bound >= this.#cutoff)) return false;
    this.#leftOut = Math.min(this.#leftOut, node.bound);
    return true;
  }

  /** Tries the minimizers of the terms, and the point of the relaxation, as starts of a descent. */
  #round(): void {
    const node = this.#node;
    this.#incumbent.tryFrom(node.candidate);
    this.#incumbent.tryFrom(node.point);
  }
}
