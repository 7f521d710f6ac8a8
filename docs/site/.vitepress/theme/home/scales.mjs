// Where the charts of the home page have their marks.

/** Returns the linear map of one interval to another. */
export const linearScale =
  ([low, high], [from, to]) =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from);

/** Moves labels apart until neighbours have at least a distance, below a lowest place. */
export function labelPlaces(wanted, distance, lowest) {
  const order = wanted.map((_, j) => j).sort((a, b) => wanted[a] - wanted[b]);
  const places = [...wanted];
  order.forEach((j, k) => {
    if (k > 0) places[j] = Math.max(places[j], places[order[k - 1]] + distance);
  });
  let bound = lowest;
  for (const j of order.reverse()) {
    places[j] = Math.min(places[j], bound);
    bound = places[j] - distance;
  }
  return places;
}
