import type { Figure } from "./figure";

/** All figures, in the order in which they are made. */
export const figures: readonly Figure[] = [];
