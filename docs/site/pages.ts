/** Which files of this repository are pages of the site, in which section, and where the links in them lead there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { LIGHT_AND_DARK } from "../../figures/light-and-dark";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { ROOT, textOf } from "./repository";

/** Pages under one heading of the sidebar. */
export interface Section {
  readonly heading: string;
  /** The page that shows the others as cards, where it is none of them. */
  readonly overview?: { readonly title: string; readonly address: string } | undefined;
  readonly pages: readonly Page[];
}

export interface Page {
  /** The path of the Markdown file or notebook in this repository. */
  readonly source: string;
  /** The address in the site, without its ending: `/guides/kernel`. */
  readonly address: string;
  readonly title: string;
}

const guides = (...names: string[]): string[] => names.map((name) => `docs/${name}.md`);

/** The sections with the folder that the site has their pages in. */
const SECTIONS: readonly {
  heading: string;
  folder: string;
  /** The title of a page with cards. */
  overview?: string;
  sources: readonly string[];
}[] = [
  {
    heading: "Get started",
    folder: "start",
    sources: [
      "README.md",
      ...guides("get-started", "command-line", "examples", "package", "troubleshooting"),
    ],
  },
  {
    heading: "Guides",
    folder: "guides",
    overview: "All guides",
    sources: [
      ...guides(
        "choosing-depth-and-lambda",
        "choosing-and-judging",
        "reading-a-certificate",
        "selecting-features",
        "global-optimality",
        "sparse-networks",
      ),
      ...guides("from-scikit-learn", "from-glmnet", "kernel", "data-beyond-memory", "running-on-a-cluster"),
      "docs/fit-files/README.md",
    ],
  },
  {
    heading: "Method",
    folder: "method",
    sources: guides("the-mathematics", "notation", "glossary", "reproducing-the-paper"),
  },
  { heading: "Notebooks", folder: "notebooks", sources: ["notebooks/README.md", ...notebooks()] },
  { heading: "Charts", folder: "charts", sources: ["docs/gallery/README.md", "figures/README.md"] },
  {
    heading: "For contributors",
    folder: "contributors",
    sources: [
      "CONTRIBUTING.md",
      ...guides(
        "how-it-is-tested",
        "adding-a-loss-or-penalty",
        "adding-a-parametrization",
        "decisions",
        "experiments",
      ),
      ...guides("former-names"),
      ...["bench/README.md", "bench/report.md", "bench/profile.md", "CHANGELOG.md"],
    ],
  },
];

function notebooks(): string[] {
  const files = readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"));
  return files.sort().map((file) => `notebooks/${file}`);
}

/** Returns all pages by section. */
export function sections(): Section[] {
  return SECTIONS.map(({ heading, folder, overview, sources }) => ({
    heading,
    overview: overview === undefined ? undefined : { title: overview, address: `/${folder}/` },
    pages: sources.map((source) => ({
      source,
      address: `/${folder}/${nameOf(source)}`,
      title: titleOf(source),
    })),
  }));
}

/** A README is named after its folder. */
function nameOf(source: string): string {
  if (source === "README.md") return "overview";
  const name = basename(source).replace(/\.(md|ipynb)$/, "");
  return name === "README" ? basename(dirname(source)) : name.toLowerCase();
}

/** Titles of pages whose first headings say too little at the side. */
const TITLES: Readonly<Record<string, string>> = {
  "README.md": "Overview",
  "bench/report.md": "Report of the benchmark",
};

/** The first heading, without marks of code; notebooks have their number before it. */
function titleOf(source: string): string {
  if (source in TITLES) return TITLES[source];
  const markdown = source.endsWith(".ipynb")
    ? sourceOf(readNotebook(join(ROOT, source)).cells[0])
    : textOf(source);
  const heading = /^# (.+)$/m.exec(markdown)?.[1].replaceAll("`", "");
  if (heading === undefined) throw new Error(`${source}: the first line must be a heading`);
  const number = /^notebooks\/0*(\d+)-/.exec(source)?.[1];
  return number === undefined ? heading : `${number}. ${heading}`;
}

/** Files that the site serves as they are, where a page links to them. */
const SERVED = /\.(png|svg|json)$/;

/** Pixels per unit of the figures that have a specification beside them. */
const FIGURE_SCALE = 2;

/** Code, which is left as it is, a link or image with what it shows and its target, or a picture for both grounds. */
const CODE_OR_LINK = new RegExp(
  [
    /^(?<fence>`{3,}|~{3,})[\s\S]*?^\k<fence>.*$/,
    /(?<ticks>`+)(?!`)[\s\S]*?[^`]\k<ticks>(?!`)/,
    /(?<mark>!?)\[(?<shown>(?:[^[\]]|\[[^[\]]*\])*)\]\((?<target>[^()\s]+)\)/,
    LIGHT_AND_DARK,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);

/** Where a page's links lead in the site, and the files that it needs there. */
export class LinkRewriter {
  /** Paths of this repository that a page shows or links to. */
  readonly files: Set<string> = new Set();
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #sources: string | undefined;

  /** @param sources The address of the files of this repository, where that is known. */
  constructor(pages: readonly Page[], sources?: string) {
    this.#sources = sources;
    this.#addresses = new Map(pages.map(({ source, address }) => [source, address]));
  }

  /**
   * Rewrites the links of Markdown: to the page of a file, to a file that the site serves, to the file in the repository, or where the address
   * of that is not known to the file's name in the text. A picture
   * for both grounds becomes two, of which the site's style shows one: readers choose the theme of the site by a switch of its own.
   *
   * @param source - The file of this repository that has the Markdown.
   * @throws Error when a link leads to no file of this repository.
   */
  rewrite(markdown: string, source: string): string {
    return markdown.replace(CODE_OR_LINK, (whole, ...found) => {
      const { mark, shown, target, light, dark, words } = found.at(-1) as Record<string, string>;
      if (light !== undefined)
        return [light, dark].map((picture) => this.#imageOf(pathOf(picture, source), words)).join(" ");
      if (target === undefined || /^(#|\/|[a-z]+:)/.test(target)) return whole;
      const [file, anchor = ""] = target.split(/(?=#)/);
      const path = pathOf(file, source);
      const address = this.#addresses.get(path);
      if (address !== undefined) return `${mark}[${this.rewrite(shown, source)}](${address}${anchor})`;
      if (!SERVED.test(path))
        return this.#sources ? `[${shown}](${this.#sources}/${path}${anchor})` : `${shown} (\`${path}\`)`;
      this.files.add(path);
      return `${mark}[${shown}](/${path})`;
    });
  }

  /** Shows a picture of this repository, whose words are HTML. */
  #imageOf(path: string, words: string): string {
    this.files.add(path);
    const scale = existsSync(join(ROOT, path.replace(/(-dark)?\.png$/, ".vl.json"))) ? FIGURE_SCALE : 1;
    return imageTag(`/${path}`, { picture: readFileSync(join(ROOT, path)), scale, words });
  }
}

/** The path in this repository that a link of one of its files leads to. */
function pathOf(target: string, source: string): string {
  const path = posix.join(posix.dirname(source), target);
  if (!existsSync(join(ROOT, path))) throw new Error(`${source}: the link to ${target} leads to no file`);
  return path;
}

/** Shows a picture in words that are HTML; a PNG in the size that it was drawn for, at `scale` pixels per unit. */
export function imageTag(
  address: string,
  { picture, scale, words }: { picture: Uint8Array; scale: number; words: string },
): string {
  const size = address.endsWith(".png") ? sizeOf(picture, scale) : "";
  return `<img src="${address}"${size} alt="${words}" loading="lazy">`;
}

/** Width and height of a PNG, which are at fixed places of the file. */
function sizeOf(png: Uint8Array, scale: number): string {
  const header = Buffer.from(png.buffer, png.byteOffset, 24);
  const [width, height] = [16, 20].map((offset) => Math.round(header.readUInt32BE(offset) / scale));
  return ` width="${width}" height="${height}"`;
}
