/**
 * Makes the documentation site in build/site, of guides, notebooks, charts and the comments of the code: `npm run docs`. With `-- --base
 * /smooth-edges/` it is for a host that has the site in that folder.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { demo } from "../../figures/live-lasso";
import { readNotebook } from "../../kernel/runner/notebook";
import { brokenLinks } from "./check-links";
import { homePage } from "./home-page";
import { navigation } from "./navigation";
import { notebookPage } from "./notebook-page";
import { LinkRewriter, type Page, sections } from "./pages";
import { examples, notebookChoice } from "./playground";
import { ROOT, textOf } from "./repository";

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

/** Writes a page of the repository; the pictures of notebooks go beside it. */
async function writePage({ source, address }: Page, links: LinkRewriter): Promise<void> {
  const path = join(ROOT, source);
  const rewriteLinks = (markdown: string): string => links.rewrite(markdown, source);
  if (!source.endsWith(".ipynb")) return write(`${address}.md`, rewriteLinks(textOf(source)));
  const { markdown, pictures } = await notebookPage(readNotebook(path), {
    path: source,
    folder: address,
    rewriteLinks,
  });
  write(`${address}.md`, markdown);
  for (const [name, picture] of pictures) write(`public${address}/${name}`, picture);
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
  for (const { name, code } of notebooks) write(`public/playground/${name}.ts`, code);
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
  const offered = JSON.stringify({ examples: examples(), notebooks: listed, kernelFiles });
  writeFileSync(join(WORK, ".vitepress/playground.json"), offered);
  const frontmatter = { title: "Playground", layout: "page", sidebar: false, search: false };
  write(
    "playground.md",
    `---\n${JSON.stringify(frontmatter)}\n---\n\n<ClientOnly><Playground /></ClientOnly>\n`,
  );
}

/** The folder of the host that the site will be in. */
function chosenBase(): string {
  const { base } = parseArgs({ options: { base: { type: "string", default: "/" } } }).values;
  if (!/^\/(?:[\w.~-]+\/)*$/.test(base))
    throw new Error(`build-site: --base must begin and end with /, such as /smooth-edges/, got ${base}`);
  return base;
}

async function buildSite(): Promise<void> {
  const base = chosenBase();
  install();
  rmSync(PAGES, { recursive: true, force: true });
  rmSync(SITE, { recursive: true, force: true });
  cpSync(join(SOURCES, ".vitepress"), join(WORK, ".vitepress"), { recursive: true });
  cpSync(join(SOURCES, "public"), join(PAGES, "public"), { recursive: true });
  runNode("node_modules/typedoc/bin/typedoc", "--options", join(SOURCES, "typedoc.json"));
  const reference = JSON.parse(readFileSync(join(WORK, ".vitepress/reference.json"), "utf8"));
  const all = sections();
  writeFileSync(join(WORK, ".vitepress/navigation.json"), JSON.stringify(navigation(all, reference)));
  const pages = all.flatMap(({ pages }) => pages);
  const links = new LinkRewriter(pages);
  writeHomePage(links);
  for (const page of pages) await writePage(page, links);
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
