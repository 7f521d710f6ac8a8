import { InputError } from "../../errors";

/** What is read of a mark of Vega's scene: items of one kind in one group. */
interface SceneMark {
  readonly marktype: string;
  /** True where what is outside of the group's frame is not shown. */
  readonly clip?: unknown;
  items: SceneItem[];
}

/** What is read of an item: one symbol, one line, or a group with marks of its own. */
export interface SceneItem {
  readonly bounds: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly width?: number;
  readonly height?: number;
  readonly items?: readonly SceneMark[];
}

/** Pixels from which on the 32-bit coordinates of those who draw a path miss whole pixels, and resvg its bounds. */
const FAR = 1e7;

/**
 * Takes out of a drawn scene the items that are clipped away whole: the picture is the same, and resvg, which gives up with the
 * whole process where a layer lies outside of the picture, never sees them.
 *
 * @throws InputError when what is left reaches so far that no one can draw it.
 */
export function dropClipped(group: SceneItem): void {
  for (const mark of group.items ?? []) {
    if (mark.marktype === "group") mark.items.forEach(dropClipped);
    else {
      if (mark.clip === true) mark.items = mark.items.filter((item) => isWithin(item, group));
      mark.items.forEach(checkReach);
    }
  }
}

function isWithin({ bounds }: SceneItem, { width = 0, height = 0 }: SceneItem): boolean {
  return bounds.x2 >= 0 && bounds.x1 <= width && bounds.y2 >= 0 && bounds.y1 <= height;
}

function checkReach({ bounds }: SceneItem): void {
  const { x1, y1, x2, y2 } = bounds;
  const reach = Math.max(-x1, -y1, x2, y2);
  // Bounds of nothing are the other way round and infinite.
  if (x1 <= x2 && y1 <= y2 && reach > FAR) {
    throw new InputError(
      `Chart: every mark must lie within ${FAR.toExponential(0)} pixels of its frame, got one that reaches to ${reach.toExponential(1)}; leave its row out, or give the axis a wider domain`,
    );
  }
}
