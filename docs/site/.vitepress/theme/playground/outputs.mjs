// Shows what the kernel answers: text, tables, charts and errors.
import DOMPurify from "dompurify";
import { Chart } from "smooth-edges/plot";

const VEGA = /^application\/vnd\.(vega|vegalite)\.v\d+\+json$/;

/** The mark of a colour of terminals, as the kernel has them in tracebacks. */
const MARK = `${String.fromCharCode(27)}\\[(\\d+)m`;
const COLOUR = new RegExp(MARK, "g");

/** The beginning of a line of an excerpt: its number, or the blanks before the mark of a place. */
const NUMBER = new RegExp(`^((?:${MARK})?[> ] )( *\\d*)(?=(?:${MARK})? \\| )`, "gm");

/** The class of each colour that the kernel has in a traceback. */
const COLOURS = { 31: "red", 32: "green" };

const element = (name, className, text = "") =>
  Object.assign(document.createElement(name), { className, textContent: text });

/** HTML or SVG of a cell without scripts: code of a stranger stays in its worker. */
const markup = (html) => DOMPurify.sanitize(html);

/** Loads what draws charts. */
export const loadVega = () => Promise.all([import("vega"), import("vega-lite")]);

/** The outputs of one cell, in an element of the page. */
export class CellOutputs {
  #root;
  #isDark;
  #named = new Map();
  #clearsNext = false;
  /** Specifications of charts by the elements that show them. */
  #charts = new Map();
  #drawn = Promise.resolve();

  #inEditor;

  /** @param inEditor writes the lines of cells in a traceback as those of the editor */
  constructor(root, isDark, inEditor) {
    this.#root = root;
    this.#isDark = isDark;
    this.#inEditor = inEditor;
  }

  /** Resolves when all charts are drawn. */
  get drawn() {
    return this.#drawn;
  }

  take(answer) {
    if (answer.type === "clear") {
      this.#clearsNext = true;
      if (!answer.wait) this.#clear();
      return;
    }
    if (this.#clearsNext) this.#clear();
    if (answer.type === "stream") this.#print(answer);
    else if (answer.type === "error") this.#root.append(traceback(this.#inEditor(answer.traceback)));
    else this.#show(answer);
  }

  /** Says something of the page's own. */
  say(text) {
    this.#root.append(element("p", "note", text));
  }

  /** Draws the charts for a ground. */
  setDark(isDark) {
    this.#isDark = isDark;
    for (const [place, chart] of this.#charts) this.#draw(place, chart);
  }

  #clear() {
    this.#clearsNext = false;
    this.#root.replaceChildren();
    this.#named.clear();
    this.#charts.clear();
  }

  #print({ name, text }) {
    const last = this.#root.lastElementChild;
    if (last?.dataset.stream === name) return last.append(text);
    const block = element("pre", name, text);
    block.dataset.stream = name;
    this.#root.append(block);
  }

  #show({ data, displayId, update }) {
    const known = this.#named.get(displayId);
    const place = update && known ? known : element("div", "output");
    if (displayId !== undefined) this.#named.set(displayId, place);
    if (place !== known) this.#root.append(place);
    this.#charts.delete(place);
    place.className = "output";
    const type = Object.keys(data).find((name) => VEGA.test(name));
    if (type) {
      const chart = { grammar: VEGA.exec(type)[1], spec: data[type], words: data["text/plain"] };
      this.#charts.set(place, chart);
      this.#draw(place, chart);
    } else if ("text/html" in data) {
      place.classList.add("html");
      place.innerHTML = markup(data["text/html"]);
    } else if ("image/svg+xml" in data) place.innerHTML = markup(data["image/svg+xml"]);
    else if ("image/png" in data) {
      place.replaceChildren(
        Object.assign(new Image(), {
          src: `data:image/png;base64,${data["image/png"]}`,
          alt: data["text/plain"] ?? "",
        }),
      );
    } else place.replaceChildren(element("pre", "", data["text/plain"] ?? JSON.stringify(data, null, 2)));
  }

  /** Draws a chart with Vega, one after the other. */
  #draw(place, { grammar, spec, words }) {
    const isDark = this.#isDark;
    this.#drawn = this.#drawn.then(async () => {
      const [vega, vegaLite] = await loadVega();
      place.classList.add("chart");
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", words ?? "a chart");
      try {
        // Vega writes into the data, which a chart has frozen.
        const shown = grammar === "vegalite" && isDark ? structuredClone(new Chart(spec).dark().spec) : spec;
        const compiled = grammar === "vegalite" ? vegaLite.compile(shown).spec : shown;
        const view = new vega.View(vega.parse(compiled), {
          renderer: "svg",
          hover: true,
          logLevel: vega.Error,
        });
        place.replaceChildren();
        await view.initialize(place).runAsync();
      } catch (error) {
        place.replaceChildren(element("pre", "stderr", `The chart cannot be drawn: ${error.message}`));
      }
    });
  }
}

/** An error with the kernel's colours. */
function traceback(parts) {
  const block = element("pre", "error");
  let colour = "";
  // The pieces are texts and the numbers of colours in turn.
  parts
    .join("\n")
    .split(COLOUR)
    .forEach((piece, at) => {
      if (at % 2 === 1) colour = COLOURS[piece] ?? "";
      else if (piece !== "") block.append(colour === "" ? piece : element("span", colour, piece));
    });
  return block;
}

/**
 * Writes the places and excerpts of a traceback with lines of the editor.
 *
 * @param linesBefore how many lines the editor has before the code of a cell, by the cell's number
 */
export function inLinesOfEditor(parts, linesBefore) {
  let above;
  return parts.map((part) => {
    const before = above;
    above = undefined;
    const numbers = Array.from(part.matchAll(NUMBER), ([, , , number]) => Number(number));
    if (before !== undefined && numbers.length > 0) {
      const width = String(before + Math.max(...numbers)).length;
      return part.replace(NUMBER, (_, start, _colour, number) => {
        const moved = number.trim() === "" ? "" : String(before + Number(number));
        return `${start}${moved.padStart(width)}`;
      });
    }
    return part.replace(/Cell \[(\d+)\], line (\d+)/g, (whole, cell, line) => {
      above = linesBefore.get(Number(cell));
      return above === undefined ? whole : `line ${above + Number(line)}`;
    });
  });
}

/** The errors of a traceback that have a place in their cell: line and column, from 1, and what is wrong. */
export function placesOf(parts) {
  const plain = parts.map((part) => part.replace(COLOUR, ""));
  return plain.flatMap((part, at) => {
    const [, line, column] = /^Cell \[\d+\], line (\d+), column (\d+)$/.exec(part) ?? [];
    if (line === undefined) return [];
    const width = /\^+/.exec(plain[at + 1] ?? "")?.[0].length ?? 1;
    return [{ line: Number(line), column: Number(column), width, message: plain[at - 1] ?? "" }];
  });
}
