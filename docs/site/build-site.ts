/**
 * Makes the documentation site in build/site, of guides, notebooks, charts and the comments of the code: `npm run docs`. It is for the
 * root of any host; with `-- --base /smooth-edges/`, or the variable SITE_BASE, for a host that has it in that folder. With `-- --host
 * https://example.org`, or SITE_HOST, it names its pages in full to search engines and to sites that show links to it.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { demo } from "../../figures/live-lasso";
import { socialPicture } from "../../figures/social-picture";
import { readNotebook } from "../../kernel/runner/notebook";
import { brokenLinks } from "./check-links";
import { homePage } from "./home-page";
import { llmsText } from "./llms-text";
import { type NavigationLink, navigation, type ReferenceEntry } from "./navigation";
import { notebookPage } from "./notebook-page";
import { chartPage, galleryPage, guidesPage, notebooksGrid } from "./overviews";
import { LinkRewriter, type Page, type Section, sections } from "./pages";
import { type Place, placeOf } from "./place";
import { chartChoices, examples, notebookChoice } from "./playground";
import { improveReference, sourceOptions } from "./reference";
import { ROOT, sourceAddress, textOf, VERSION } from "./repository";

const SOURCES = join(ROOT, "docs/site");

/** The folder in which VitePress is installed and finds its pages. */
const WORK = join(ROOT, "build/docs");
const PAGES = join(WORK, "pages");
const SITE = join(ROOT, "build/site");

function runNode(...args: string[]): void {
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
}

/** Installs the packages of the site, unless those of the same lock file are there. */
function install(): void {
  const lock = join(WORK, "package-lock.json");
  const committed = readFileSync(join(SOURCES, "package-lock.json"), "utf8");
  const isInstalled = existsSync(lock) && readFileSync(lock, "utf8") === committed;
  if (isInstalled && existsSync(join(WORK, "node_modules/.package-lock.json"))) return;
  mkdirSync(WORK, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(SOURCES, file), join(WORK, file));
  // TypeDoc, a peer of its plugin, is a package of the repository.
  const args = ["ci", "--prefix", WORK, "--legacy-peer-deps", "--no-audit", "--no-fund"];
  execFileSync("npm", args, { cwd: WORK, stdio: "inherit", shell: process.platform === "win32" });
}

/** Writes a file of a page or beside one, and the folders that it is in. */
function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(PAGES, path)), { recursive: true });
  writeFileSync(join(PAGES, path), content);
}

/** Writes the page of a notebook with its pictures beside it, and returns the HTML of the first one. */
async function writeNotebook({ source, address }: Page, links: LinkRewriter): Promise<string | undefined> {
  const { markdown, pictures } = await notebookPage(readNotebook(join(ROOT, source)), {
    path: source,
    folder: address,
    rewriteLinks: (text) => links.rewrite(text, source),
  });
  write(`${address}.md`, markdown);
  for (const [name, picture] of pictures) write(`public${address}/${name}`, picture);
  const first = [...pictures.keys()].filter((name) => /^chart-1(-dark)?\.\w+$/.test(name));
  if (first.length === 0) return undefined;
  return first.map((name) => `<img src="${address}/${name}" alt="" loading="lazy">`).join("");
}

/** Writes the pages of the repository, those that show them as cards, and those of charts. */
async function writePages(all: readonly Section[], links: LinkRewriter): Promise<void> {
  const pages = all.flatMap((section) => section.pages);
  const thumbnails = new Map<string, string>();
  for (const page of pages.filter(({ source }) => source.endsWith(".ipynb"))) {
    const first = await writeNotebook(page, links);
    if (first !== undefined) thumbnails.set(page.source, first);
  }
  const more: Readonly<Record<string, string>> = {
    "notebooks/README.md": links.rewrite(notebooksGrid(pages, thumbnails), "README.md"),
  };
  const whole: Readonly<Record<string, string>> = {
    "docs/gallery/README.md": links.rewrite(galleryPage(), "README.md"),
  };
  for (const { source, address } of pages.filter(({ source }) => source.endsWith(".md"))) {
    const markdown = whole[source] ?? links.rewrite(textOf(source), source);
    write(`${address}.md`, `${markdown}\n${more[source] ?? ""}`);
  }
  write("guides/index.md", links.rewrite(guidesPage(all), "README.md"));
  for (const choice of chartChoices()) {
    const name = choice.name.replace("chart-", "");
    write(`charts/${name}.md`, links.rewrite(chartPage(name, choice), "README.md"));
  }
}

/** Writes the home page, with the lasso that it begins with. */
function writeHomePage(links: LinkRewriter): void {
  const lasso = demo();
  writeFileSync(join(WORK, ".vitepress/live-lasso.json"), JSON.stringify(lasso));
  const page = homePage(textOf("README.md"), lasso.lambdas[lasso.start]);
  write("index.md", links.rewrite(page, "README.md"));
}

/** Writes the page of the playground, with what it offers and its kernel. */
function writePlayground(pages: readonly Page[]): void {
  const notebooks = pages
    .filter(({ source }) => source.endsWith(".ipynb"))
    .map(({ source, title }) => notebookChoice(source, title));
  const charts = chartChoices();
  for (const { name, code } of [...notebooks, ...charts]) write(`public/playground/${name}.ts`, code);
  const listed = notebooks.map(({ name, title, needs }) => ({ name, title, needs }));
  runNode(".ci/browser-kernel.cjs");
  const built = join(ROOT, "build/browser-kernel");
  cpSync(join(built, "kernel.mjs"), join(WORK, ".vitepress/theme/playground/kernel.mjs"));
  // The modules have the hash of their content in their names, as kernel.mjs will have.
  const beside = join(PAGES, "public/assets");
  cpSync(built, beside, { recursive: true, filter: (path) => !/kernel\.mjs$|first\.json$/.test(path) });
  const first: string[] = JSON.parse(readFileSync(join(built, "first.json"), "utf8"));
  const files = readdirSync(beside, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(beside, join(parentPath, name)).replaceAll("\\", "/"));
  const kernelFiles = {
    first: first.filter((name) => name !== "kernel.mjs"),
    later: files.filter((name) => !first.includes(name)),
  };
  const listedCharts = charts.map(({ name, title }) => ({ name, title }));
  const offered = JSON.stringify({
    examples: examples(),
    notebooks: listed,
    charts: listedCharts,
    kernelFiles,
  });
  writeFileSync(join(WORK, ".vitepress/playground.json"), offered);
  const frontmatter = { title: "Playground", layout: "page", sidebar: false, search: false };
  write(
    "playground.md",
    `---\n${JSON.stringify(frontmatter)}\n---\n\n<ClientOnly><Playground /></ClientOnly>\n`,
  );
}

/** Where the site will lie, by options or by variables of the environment. */
function chosenPlace(): Place {
  const { SITE_BASE, SITE_HOST } = process.env;
  const { values } = parseArgs({ options: { base: { type: "string" }, host: { type: "string" } } });
  return placeOf(values.base ?? SITE_BASE, values.host ?? SITE_HOST);
}

/** The pages of single charts for the side of each page. */
function chartLinks(): NavigationLink[] {
  return chartChoices().map(({ name, title }) => ({
    text: title,
    link: `/charts/${name.replace("chart-", "")}`,
  }));
}

/** Writes what is not a page: the settings of VitePress, the list of pages for programs, and the picture for other sites. */
async function writeBeside(
  all: readonly Section[],
  modules: readonly ReferenceEntry[],
  place: Place,
): Promise<void> {
  const { host, base } = place;
  writeFileSync(
    join(WORK, ".vitepress/navigation.json"),
    JSON.stringify(navigation(all, modules, chartLinks())),
  );
  writeFileSync(
    join(WORK, ".vitepress/place.json"),
    JSON.stringify({ version: VERSION, address: host && `${host}${base}` }),
  );
  const first = (source: string): string => (source.endsWith(".md") ? textOf(source) : "");
  write("public/llms.txt", llmsText(all, modules, { place, textOf: first }));
  if (host === undefined) return;
  const picture = socialPicture("smooth-edges", "Sparse models in TypeScript, with proof of optimality");
  write("public/social.png", await picture.toPNG({ scale: 1.4 }));
}

async function buildSite(): Promise<void> {
  const place = chosenPlace();
  const { base } = place;
  install();
  rmSync(PAGES, { recursive: true, force: true });
  rmSync(SITE, { recursive: true, force: true });
  cpSync(join(SOURCES, ".vitepress"), join(WORK, ".vitepress"), { recursive: true });
  cpSync(join(SOURCES, "public"), join(PAGES, "public"), { recursive: true });
  const sources = sourceAddress();
  const typedoc = ["--options", join(SOURCES, "typedoc.json"), ...sourceOptions(sources, ROOT)];
  runNode("node_modules/typedoc/bin/typedoc", ...typedoc);
  improveReference(join(PAGES, "reference"));
  const all = sections();
  await writeBeside(all, JSON.parse(readFileSync(join(WORK, ".vitepress/reference.json"), "utf8")), place);
  const pages = all.flatMap(({ pages }) => pages);
  const links = new LinkRewriter(pages, sources);
  writeHomePage(links);
  await writePages(all, links);
  for (const file of links.files) write(`public/${file}`, readFileSync(join(ROOT, file)));
  writePlayground(pages);
  runNode(join(WORK, "node_modules/vitepress/bin/vitepress.js"), "build", WORK, "--base", base);
  const problems = brokenLinks(SITE, base);
  if (problems.length > 0) throw new Error(`links of the site are broken:\n${problems.join("\n")}`);
  process.stdout.write(`every link leads somewhere; any web server can serve build/site at ${base}\n`);
}

buildSite().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
