import type { Figure } from "./figure";
import { pictureOf } from "./figure-files";
import { lightAndDark } from "./light-and-dark";
import { readManifest } from "./runs/records";

/** The page that shows every figure with where it comes from, in Markdown. */
export function figuresReadme(figures: readonly Figure[]): string {
  return `${INTRODUCTION}\n${figures.map(section).join("\n")}`;
}

const INTRODUCTION = `# Figures

The numbers of each figure are in [data](data). From them it is drawn as SVG, PNG and Vega-Lite, light and dark. Figures of studies are computed from
[records](records), with one line for each task. \`npm run reproduce\` computes a part of the tasks again and compares the results with the records.
\`npm run reproduce -- --desk\` does so for all tasks. \`npm run figures\` writes this page and the figures.
`;

function section(figure: Figure): string {
  const { title, caption } = figure;
  const parts = [`## ${title}`, lightAndDark(pictureOf(figure), title), caption, provenanceOf(figure)];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n`;
}

function provenanceOf({ name, study }: Figure): string {
  const files = `[numbers](data/${name}.json), [specification](${name}.vl.json), [SVG](${name}.svg), [code](${name}.ts)`;
  if (!study) return `${files}.`;
  const { tasks, seconds, commits, sha256 } = readManifest(study, "desk");
  return (
    `${files}; study [${study.name}](studies/${study.name}.ts), ${tasks} [records](records/desk/${study.name}.jsonl) ` +
    `of ${seconds} s of work by commit ${commits.join(", ")}, SHA-256 ${sha256.slice(0, 16)}.`
  );
}
