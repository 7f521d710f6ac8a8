/** Makes the home page: a lasso that the reader moves, tasks with pictures, and what the README says first. */
import { demoCode } from "../../figures/live-lasso";
import { type Card, cardGrid, thumbnail } from "./cards";

/** What readers come for; links and pictures are paths of this repository. */
const TASKS: readonly Card[] = [
  {
    title: "Select features",
    link: "docs/selecting-features.md",
    sentence: "How sure is a selection? Stability selection, knockoffs and confidence intervals.",
    picture: thumbnail("stability"),
  },
  {
    title: "Fit more genes than patients",
    link: "docs/examples.md#gene-selection",
    sentence: "More features than rows, in pathways that are in or out together.",
    picture: thumbnail("support-path"),
  },
  {
    title: "Keep or drop groups",
    link: "notebooks/07-group-sparsity.ipynb",
    sentence: "Group lasso, group bridge, and sparse groups.",
    picture: thumbnail("groups"),
  },
  {
    title: "Shrink a network",
    link: "docs/sparse-networks.md",
    sentence: "Neurons, filters, inputs or weights become zero in ordinary training.",
    picture: thumbnail("sparsity"),
  },
  {
    title: "Fit files and databases",
    link: "docs/data-beyond-memory.md",
    sentence: "Tables larger than memory, in some ten passes over their rows.",
    picture: thumbnail("cross-validation"),
  },
  {
    title: "Prove a global minimum",
    link: "docs/global-optimality.md",
    sentence: "How far a fit of a bridge, SCAD or MCP may be from the best of all.",
    picture: thumbnail("bound"),
  },
];

/**
 * Returns the home page of a README: its sentence, the lasso at a lambda with its code, the tasks, and the rows of the table "Why". Links and
 * pictures are paths of this repository.
 *
 * @throws Error when the README begins otherwise, or has no such table.
 */
export function homePage(readme: string, lambda: number): string {
  const first = /^# (.+)\n\n(.+)\n\n/.exec(readme);
  const rows = /^## Why\n\n\|.*\n\|[ |-]+\n((?:\|.*\n)+)/m.exec(readme)?.[1];
  if (!first || rows === undefined)
    throw new Error(
      'README.md: it must begin with a title and a sentence in one line, and have a table below "## Why"',
    );
  const [, name, tagline] = first;
  const reasons = rows
    .trim()
    .split("\n")
    .map((row) => {
      const [title, sentence] = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { title: title[0].toUpperCase() + title.slice(1), sentence };
    });
  const frontmatter = {
    layout: "home",
    hero: {
      name,
      tagline,
      actions: [
        { theme: "brand", text: "Get started", link: "/start/get-started" },
        { theme: "alt", text: "Playground", link: "/playground" },
        { theme: "alt", text: "Guides", link: "/guides/" },
        { theme: "alt", text: "A first notebook", link: "/notebooks/01-first-fit" },
      ],
    },
  };
  return `---
${JSON.stringify(frontmatter)}
---

## A lasso in this page

<LiveLasso>

\`\`\`ts
${demoCode(lambda).trim()}
\`\`\`

</LiveLasso>

## What do you want to do?

${cardGrid(TASKS)}

## What you get

${cardGrid(reasons)}
`;
}
