/** The open nodes of a search ({@link NodeQueue}). */
import type { Convexity } from "./boxed-terms";

/** Numbers that all open nodes may hold together; beyond, the latest node is split first, so that few are added. */
const MOST_NUMBERS = 2 ** 24;

/** An open node: its boxes where they differ from the root's, and the start of its relaxation. */
export interface OpenNode {
  readonly id: number;
  readonly bound: number;
  readonly columns: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly nonzeros: Int32Array;
  readonly values: Float64Array;
  readonly convexity: Convexity;
  /** The coefficient to branch on, and where. */
  readonly branch: number;
  readonly point: number;
}

/** Open nodes, the least bound first and of equal ones the earliest; the latest first where they hold too many numbers. */
export class NodeQueue {
  readonly #heap: OpenNode[] = [];
  /** Nodes that are split before all others, the last one first. */
  readonly #stack: OpenNode[] = [];
  #numbers = 0;

  /** The least bound of all. */
  get least(): number | undefined {
    let least = this.#heap[0]?.bound;
    for (const { bound } of this.#stack) if (least === undefined || bound < least) least = bound;
    return least;
  }

  push(node: OpenNode): void {
    this.#numbers += sizeOf(node);
    if (this.#numbers > MOST_NUMBERS) {
      this.#stack.push(node);
      return;
    }
    const heap = this.#heap;
    let k = heap.push(node) - 1;
    while (k > 0) {
      const parent = (k - 1) >> 1;
      if (!isBefore(node, heap[parent])) break;
      heap[k] = heap[parent];
      k = parent;
    }
    heap[k] = node;
  }

  pop(): OpenNode | undefined {
    const node = this.#stack.pop() ?? this.#popHeap();
    if (node) this.#numbers -= sizeOf(node);
    return node;
  }

  #popHeap(): OpenNode | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    let k = 0;
    for (;;) {
      let child = 2 * k + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], last)) break;
      heap[k] = heap[child];
      k = child;
    }
    heap[k] = last;
    return first;
  }
}

function isBefore(a: OpenNode, b: OpenNode): boolean {
  return a.bound < b.bound || (a.bound === b.bound && a.id < b.id);
}

function sizeOf(node: OpenNode): number {
  return 3 * node.columns.length + 2 * node.nonzeros.length + 16;
}
