/** Layers of a heat map: a square for each value of `share` in 0 to 1, with the percentage in it. */
export function shareSquares(): object[] {
  return [
    {
      mark: { type: "rect" },
      encoding: {
        color: {
          field: "share",
          type: "quantitative",
          scale: { domain: [0, 1] },
          legend: null,
        },
      },
    },
    {
      mark: { type: "text", fontSize: 10 },
      encoding: {
        text: { field: "share", type: "quantitative", format: ".0%" },
        color: { condition: { test: "datum.share > 0.5", value: "white" }, value: "#222222" },
      },
    },
  ];
}
