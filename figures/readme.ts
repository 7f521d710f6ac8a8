import type { Figure } from "./figure";
import { pictureOf } from "./figure-files";
import { lightAndDark } from "./light-and-dark";
import { readManifest } from "./runs/records";

/** The page that shows every figure with where it comes from, in Markdown. */
export function figuresReadme(figures: readonly Figure[]): string {
  return `${INTRODUCTION}\n${figures.map(section).join("\n")}`;
}

const INTRODUCTION = `# Figures

Written by \`npm run figures\`; do not edit. Each figure is computed into [data](data), then drawn as SVG, PNG, light and dark, and Vega-Lite.
Those of studies are computed from the [records](records) of the desk setting, a line a task; \`npm run reproduce\` computes a
part of these again and compares, \`npm run reproduce -- --desk\` all of them.
`;

function section(figure: Figure): string {
  const { title } = figure;
  return `## ${title}\n\n${lightAndDark(pictureOf(figure), title)}\n\n${provenanceOf(figure)}\n`;
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
