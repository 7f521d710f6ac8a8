/** One page about a fit, to send to a colleague ({@link report}). */
import { filesFor } from "#platform";
import type { OfFrames } from "../../design/of-frames";
import { escapeHtml } from "../../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../../display/mime-bundle";
import { mustBe, printable, unwritable } from "../../errors";
import type { AnyFit } from "../../estimators/results/fit-of";
import { type Section, sectionText } from "./blocks";
import { pageOf } from "./page";
import { sectionsOf } from "./sections";
import { type ReportOptions, readSubject } from "./subject";
import { bylineOf, titleOf } from "./titles";

/** A report of a fit, as a page, as text, and as notebooks show it: what {@link report} gives. */
export class Report implements Displayable {
  /** The heading of the page. */
  readonly title: string;
  readonly #byline: string;
  readonly #sections: readonly Section[];
  #page: Promise<string> | undefined;

  constructor(title: string, byline: string, sections: readonly Section[]) {
    this.title = title;
    this.#byline = byline;
    this.#sections = sections;
  }

  /**
   * The report as one HTML page, the same bytes each time: charts as SVG and the style sheet are in it, and it asks for nothing from the network.
   * Drawing the charts takes a second or two.
   *
   * @throws InputError where npm was told to leave out Vega, which draws the charts.
   */
  toHTML(): Promise<string> {
    this.#page ??= pageOf(this.title, this.#byline, this.#sections);
    return this.#page;
  }

  /**
   * Writes the page to a file, which it replaces only once it is written whole.
   *
   * @param path with the ending `.html`.
   * @throws InputError when the path ends in anything else, or cannot be written; the folder must be there.
   */
  async save(path: string): Promise<void> {
    if (typeof path !== "string" || !/\.html?$/i.test(path))
      throw mustBe("Report.save", "path", "a name that ends in .html", path);
    const files = filesFor("Report.save");
    const page = await this.toHTML();
    try {
      files.writeAtomically(path, page);
    } catch (error) {
      throw unwritable("Report.save", path, error);
    }
  }

  /** The report without its charts, as text. */
  toString(): string {
    const head = [this.title, this.#byline].filter((text) => text !== "");
    return printable([...head, ...this.#sections.map(sectionText)].join("\n\n"));
  }

  /**
   * The page in a frame of its own, whose style sheet has no effect on the notebook, and the text, which front ends show that take out frames:
   * GitHub, and JupyterLab of notebooks that it does not trust.
   */
  async toMimeBundle(): Promise<MimeBundle> {
    const [title, text] = [printable(this.title), this.toString()].map(escapeHtml);
    const page = escapeHtml(await this.toHTML());
    const style = "width: 100%; height: 640px; border: 1px solid #8886; border-radius: 4px; resize: vertical";
    return {
      "text/html": `<iframe sandbox title="${title}" style="${style}" srcdoc="${page}"></iframe>
<details><summary>The report as text</summary><pre>${text}</pre></details>`,
      "text/plain": this.toString(),
    };
  }
}

makeDisplayable(Report);

/**
 * Tells of a fit on one page, to send to a colleague: the result in two or three sentences, the coefficients, how well rows are predicted, the
 * model and how `lambda` was chosen, the path, the cross-validation, what `diagnose` finds, the certificate, and the code. What is not given is
 * left out.
 *
 * A notebook shows it; `save` writes the page, which needs no other file, and can be read on a phone and printed. It tells names of columns and of
 * classes, and residuals by row, but has no other data. Names are shortened; of more than a thousand coefficients the largest are listed.
 *
 * @param fit any fit of this library, that of a pipeline too.
 * @param options the parts; `evaluation` and `diagnosis` must be of this fit, `crossValidation` and `path` of its features.
 * @throws InputError when the fit is none, or a part is of another kind or of another fit.
 * @example
 * ```ts
 * const cv = new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 20 });
 * const page = report(cv.best, { title: "Three features", crossValidation: cv, evaluation: evaluate(cv.best, X, y) });
 * await page.save("report.html");
 * (await page.toHTML()).includes("<h2>Cross-validation</h2>"); // true
 * ```
 */
export function report(fit: AnyFit | OfFrames<"fit", AnyFit>, options: ReportOptions = {}): Report {
  const subject = readSubject(fit, options);
  return new Report(titleOf(subject), bylineOf(subject), sectionsOf(subject));
}
