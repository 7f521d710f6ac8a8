/** The parts that a report is made of, and how they read as plain text. */
import type { Table } from "../../display/table";
import { lightsText, type TrafficLight } from "../../display/traffic-light";
import type { Chart } from "../rendering/chart";

/** One part of a section. In texts, what stands between backticks is a name or a piece of code. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** The facts that a reader looks for first: pairs of a name and a value. */
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  /** A part that is shown once a reader asks for it. */
  | { readonly kind: "folded"; readonly title: string; readonly blocks: readonly FoldedBlock[] }
  /** `isFolded`: shown once a reader asks for it. `hasSentences`: its cells are sentences, which are broken into lines. */
  | {
      readonly kind: "table";
      readonly table: Table;
      readonly isFolded?: boolean;
      readonly hasSentences?: boolean;
    }
  | { readonly kind: "lights"; readonly lights: readonly TrafficLight[] }
  /** A chart is drawn at more than one width. */
  | { readonly kind: "chart"; readonly draw: (width: number) => Chart }
  | { readonly kind: "code"; readonly text: string };

/** A block that is drawn without waiting. */
export type FoldedBlock = Exclude<Block, { readonly kind: "chart" | "folded" }>;

/** A part of a report with its heading. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A section as text, without its charts and what is folded. */
export function sectionText({ heading, blocks }: Section): string {
  const texts = blocks.map(blockText).filter((text) => text !== "");
  return [`${heading}\n${"─".repeat(heading.length)}`, ...texts].join("\n\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "code":
      return block.text.trimEnd();
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n");
    case "facts":
      return block.facts.map(([name, value]) => `${name}: ${value}`).join("\n");
    case "folded":
      return block.blocks.map(blockText).join("\n\n");
    case "table":
      return block.isFolded ? "" : String(block.table);
    case "lights":
      return lightsText(block.lights);
    case "chart":
      return "";
  }
}
