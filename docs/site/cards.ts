/** Grids of cards: a picture, a title and a sentence each, in Markdown whose links and pictures are paths of this repository. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lightAndDark } from "../../figures/light-and-dark";
import { ROOT } from "./repository";

export interface Card {
  readonly title: string;
  /** A path of this repository, or an address of the site; undefined where the card leads nowhere. */
  readonly link?: string;
  /** Markdown. */
  readonly sentence: string;
  /** HTML of a picture; undefined stands for a card without one. */
  readonly picture?: string;
}

/** Stands for pages without a picture. */
export const NO_PICTURE = '<img class="icon" src="/icon.svg" alt="" loading="lazy">';

/** A picture with a dark twin, by its path in this repository, or a chart of the gallery by its name; the title of its card names it. */
export function thumbnail(picture: string): string {
  return lightAndDark(picture.includes("/") ? picture : chartPicture(picture), "");
}

/** The narrow picture of a chart, whose letters are larger in a thumbnail, or the wide one where the narrow one is upright. */
function chartPicture(name: string): string {
  const [narrow, wide] = [`docs/gallery/${name}-320.png`, `docs/gallery/${name}.png`];
  const png = readFileSync(join(ROOT, narrow));
  return png.readUInt32BE(16) < png.readUInt32BE(20) ? wide : narrow;
}

/** Returns a grid of cards. */
export function cardGrid(cards: readonly Card[]): string {
  const kind = cards.some(({ picture }) => picture !== undefined) ? "cards" : "cards texts";
  return `<div class="${kind}" role="list">\n\n${cards.map(cardOf).join("\n\n")}\n\n</div>`;
}

function cardOf({ title, link, sentence, picture }: Card): string {
  const name = `**${link === undefined ? title : `[${title}](${link})`}**`;
  const shown = picture === undefined ? [] : [`<div class="thumbnail">${picture}</div>`];
  return ['<div class="card" role="listitem">', ...shown, name, sentence, "</div>"].join("\n\n");
}

/** Characters that a card should say at least, where there is so much to say. */
const ENOUGH = 55;

/** Returns what a page says first: the first sentence of its first paragraph, or as many as say enough. */
export function firstSentences(markdown: string): string {
  const blocks = markdown.split(/\n\s*\n/).map((block) => block.trim());
  return sentencesOf(blocks.find((block) => /^(?!```)[\p{L}\d`*$]/u.test(block)) ?? "");
}

/** Returns the first sentences of a paragraph that say enough; links become what they show. */
export function sentencesOf(paragraph: string): string {
  const text = paragraph.replace(/\s+/g, " ").replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
  let said = "";
  for (const sentence of text.split(/(?<=[.?]) /)) {
    said += said === "" ? sentence : ` ${sentence}`;
    if (said.length >= ENOUGH && said.endsWith(".")) break;
  }
  return said;
}
