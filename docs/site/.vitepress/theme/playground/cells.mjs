// The cells of a text: each begins at a line of its own, `// %%` with a title, as editors of notebooks in text files have it.

const MARK = /^\/\/ ?%%.*$/gm;

/** Returns the cells of a text with their titles, the places of their code in it, and the number of lines before it. */
export function cellsOf(text) {
  const marks = [...text.matchAll(MARK)];
  const starts = [0, ...marks.map(({ index, 0: line }) => index + line.length + 1)];
  const ends = [...marks.map(({ index }) => index), text.length];
  return starts
    .map((start, at) => ({
      title: at === 0 ? "" : marks[at - 1][0].replace(/^\/\/ ?%% ?/, ""),
      from: Math.min(start, text.length),
      nLinesBefore: text.slice(0, start).split("\n").length - 1,
      code: text.slice(start, ends[at]).trimEnd(),
    }))
    .filter(({ code }) => code.trim() !== "");
}

/** Returns the cell at a place of a text; undefined between cells. */
export function cellAt(text, place) {
  return cellsOf(text).find(({ from, code }) => from <= place && place <= from + code.length);
}
