/** Pages that show others as cards: the guides, the notebooks and the charts; and the page of each chart, with its code. */

import { join } from "node:path";
import { exhibits } from "../../figures/gallery/exhibits";
import { darkTwin, lightAndDark } from "../../figures/light-and-dark";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { type Card, cardGrid, firstSentences, NO_PICTURE, sentencesOf, thumbnail } from "./cards";
import type { Page, Section } from "./pages";
import { type Choice, drawingFunction } from "./playground";
import { ROOT, textOf } from "./repository";

/** Pictures of guides by their sources: charts of the gallery by name, others by path. */
const PICTURES: Readonly<Record<string, string>> = {
  "README.md": "figures/diabetes-path.png",
  "docs/get-started.md": "coefficients",
  "docs/command-line.md": "cross-validation",
  "docs/examples.md": "survival",
  "docs/choosing-depth-and-lambda.md": "parametrization",
  "docs/choosing-and-judging.md": "tradeoff",
  "docs/reading-a-certificate.md": "trace",
  "docs/selecting-features.md": "stability",
  "docs/global-optimality.md": "bound",
  "docs/sparse-networks.md": "sparsity",
  "docs/from-scikit-learn.md": "roc",
  "docs/from-glmnet.md": "path",
  "docs/kernel.md": "docs/jupyterlab.png",
  "docs/running-on-a-cluster.md": "figures/phase-transitions.png",
  "docs/the-mathematics.md": "landscape",
  "docs/notation.md": "explorer",
  "docs/reproducing-the-paper.md": "figures/matching-minima.png",
};

/** The sections that the page of all guides shows. */
const GUIDES: readonly string[] = ["Get started", "Guides", "Method"];

/** Returns the page of all guides; its links and pictures are paths of this repository. */
export function guidesPage(sections: readonly Section[]): string {
  const shown = sections.filter(({ heading }) => GUIDES.includes(heading));
  const grids = shown.map(({ heading, pages }) => `## ${heading}\n\n${cardGrid(pages.map(guideCard))}`);
  return `# All guides\n\n${grids.join("\n\n")}\n`;
}

function guideCard({ source, title }: Page): Card {
  const picture = PICTURES[source];
  return {
    title,
    link: source,
    sentence: firstSentences(textOf(source)),
    picture: picture === undefined ? NO_PICTURE : thumbnail(picture),
  };
}

/**
 * Returns the notebooks as cards, each with what it found.
 *
 * @param pictures HTML of the first picture of a notebook, by its source
 */
export function notebooksGrid(pages: readonly Page[], pictures: ReadonlyMap<string, string>): string {
  const notebooks = pages.filter(({ source }) => source.endsWith(".ipynb"));
  const cards = notebooks.map(({ source, title }) => ({
    title,
    link: source,
    sentence: findingOf(source),
    picture: pictures.get(source) ?? NO_PICTURE,
  }));
  return `## All notebooks\n\n${cardGrid(cards)}\n`;
}

/** What a notebook's first cell says was found. @throws Error when it does not say so */
function findingOf(source: string): string {
  const first = sourceOf(readNotebook(join(ROOT, source)).cells[0]);
  const found = /^\*\*What we found\*\*: (.*)$/m.exec(first)?.[1];
  if (found === undefined)
    throw new Error(`${source}: its first cell must say what was found, after **What we found**:`);
  return sentencesOf(found[0].toUpperCase() + found.slice(1));
}

/** Returns the page of all charts. */
export function galleryPage(): string {
  const cards = exhibits.map(({ name, call, shows }) => ({
    title: `\`${drawingFunction(call)}\``,
    link: `/charts/${name}`,
    sentence: shows,
    picture: thumbnail(name),
  }));
  return `# Every chart of \`smooth-edges/plot\`\n\nEach page has the code of its chart, which the playground runs.\n\n${cardGrid(cards)}\n`;
}

/** Returns the page of a chart; its pictures are paths of this repository. @param choice its code in the playground */
export function chartPage(name: string, choice: Choice): string {
  const exhibit = exhibits.find((each) => each.name === name);
  if (exhibit === undefined) throw new Error(`charts: there is no chart ${name}`);
  const picture = (end: string): string => `docs/gallery/${name}${end}`;
  return `---
prev: false
next: false
---

# \`${exhibit.call}\`

${exhibit.shows}

${lightAndDark(picture(".png"), exhibit.shows)}

[Open in the playground](/playground?open=${choice.name}), which runs this code:

\`\`\`ts
${choice.code.trim()}
\`\`\`

The chart for slides: [light](${picture(".svg")}), [dark](${darkTwin(picture(".svg"))}). With \`{ width: 320 }\`:

${lightAndDark(picture("-320.png"), `${exhibit.shows} 320 pixels wide`)}

[All charts](/charts/gallery)
`;
}
