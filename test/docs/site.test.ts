import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { firstSentences, sentencesOf } from "../../docs/site/cards";
import { brokenLinks } from "../../docs/site/check-links";
import { homePage } from "../../docs/site/home-page";
import { type NavigationGroup, navigation } from "../../docs/site/navigation";
import { notebookPage } from "../../docs/site/notebook-page";
import { chartPage, galleryPage, guidesPage, notebooksGrid } from "../../docs/site/overviews";
import { LinkRewriter, sections } from "../../docs/site/pages";
import {
  chartChoices,
  examples,
  LAST_CELL_FAILS,
  NOTHING_RUNS,
  notebookChoice,
} from "../../docs/site/playground";
import { exhibits } from "../../figures/gallery/exhibits";
import { lightAndDark } from "../../figures/light-and-dark";
import { demo, demoCode, fitAt } from "../../figures/live-lasso";
import { type Cell, type CellOutput, readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { trainTestSplit } from "../../src";
import { loadDiabetes } from "../../src/data";
import { Chart } from "../../src/plot";
import { assertClose } from "../support/assert-close";
import { useCellCompiler } from "../support/cell-compiler";
import { ROOT, trackedFiles } from "../support/tracked-files";

const allPages = sections().flatMap(({ pages }) => pages);

describe("the pages of the documentation site", () => {
  it("are every guide and every notebook, once", function () {
    const files = trackedFiles();
    if (!files) {
      process.stdout.write("skipped: there is no git here to say which files are tracked\n");
      return this.skip();
    }
    const expected = files.filter((file) => /^(docs\/.*\.md|notebooks\/.*\.ipynb)$/.test(file));
    const sources = allPages.map(({ source }) => source);
    assert.deepEqual(
      expected.filter((file) => !sources.includes(file)),
      [],
    );
    assert.equal(new Set(allPages.map(({ address }) => address)).size, sources.length);
  });

  it("have no braces outside of blocks of code that Vue would take for an expression", () => {
    const markdown = allPages.filter(({ source }) => source.endsWith(".md"));
    const texts = markdown.map(({ source }) =>
      readFileSync(join(ROOT, source), "utf8").replace(/^```.*?^```/gms, ""),
    );
    assert.deepEqual(
      markdown.filter((_, i) => texts[i].includes("{{")).map(({ source }) => source),
      [],
    );
  });

  it("have a place for every notebook in the map by reader", () => {
    const map = readFileSync(join(ROOT, "notebooks/README.md"), "utf8");
    const linked = Array.from(map.matchAll(/\]\(([\w-]+\.ipynb)\)/g), ([, file]) => file);
    const files = readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"));
    assert.deepEqual([...new Set(linked)].sort(), files.sort());
  });

  it("are all at the side of each page, beside the modules of the reference", () => {
    const modules = [{ title: "smooth-edges/nn", path: "smooth-edges/nn/index.md", children: [] }];
    const chart = { text: "pathPlot", link: "/charts/path" };
    const { sidebar } = navigation(sections(), modules, [chart]);
    const linksOf = ({ items }: NavigationGroup): string[] =>
      items.flatMap((item) => ("link" in item ? [item.link] : linksOf(item)));
    assert.deepEqual(
      sidebar["/"].flatMap(linksOf).sort(),
      [
        "/guides/",
        ...allPages.map(({ address }) => address),
        chart.link,
        "/reference/smooth-edges/nn/",
      ].sort(),
    );
  });

  it("begin with the README's sentence, a lasso with its code, six tasks, and what the README promises", () => {
    const home = homePage(readFileSync(join(ROOT, "README.md"), "utf8"), 4.79);
    const [, frontmatter, ...parts] = home.split(/^---\n|^(?=## )/m);
    assert.match(JSON.parse(frontmatter).hero.tagline, /^smooth-edges fits .*\.$/);
    const [lasso, tasks, reasons] = parts.slice(-3);
    assert.match(lasso, /<LiveLasso>\n\n```ts\n(.*\n)*.*lambda: 4\.79[^`]*```\n\n<\/LiveLasso>/);
    assert.equal(tasks.match(/class="card"/g)?.length, 6);
    assert.equal(tasks.match(/<picture>/g)?.length, 6);
    assert.equal(reasons.match(/class="card"/g)?.length, 4);
    assert.doesNotThrow(() => new LinkRewriter(allPages).rewrite(home, "README.md"));
  });
});

describe("the lasso of the home page", () => {
  const { columns, response } = loadDiabetes();
  const { train, test } = trainTestSplit(columns, response, { seed: 1 });
  const meanOf = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

  it("has no coefficients at the largest lambda, and the error of the mean there", () => {
    const { lambdas, names, paths } = demo();
    const { coefs, error } = fitAt(lambdas[0] * 1.001);
    assert.deepEqual(new Set(Object.values(coefs)), new Set([0]));
    const mean = meanOf(train.y);
    const expected = meanOf(Array.from(test.y, (value) => (value - mean) ** 2));
    assertClose("error", error, expected, 1e-12);
    assert.deepEqual([names.length, paths.length], [10, 10]);
  });

  it("satisfies the conditions of a minimum at the lambda where the slider stands, which its path has too", () => {
    const { lambdas, names, paths, start } = demo();
    const lambda = lambdas[start];
    const { coefs } = fitAt(lambda);
    const n = train.y.length;
    const scaled = names.map((name) => {
      const column = Array.from(train.X[name] as ArrayLike<number>);
      const mean = meanOf(column);
      const deviation = Math.sqrt(meanOf(column.map((value) => (value - mean) ** 2)));
      return column.map((value) => (value - mean) / deviation);
    });
    const mean = meanOf(train.y);
    const residuals = Array.from(
      train.y,
      (value, i) => value - mean - names.reduce((sum, name, j) => sum + coefs[name] * scaled[j][i], 0),
    );
    names.forEach((name, j) => {
      const gradient = residuals.reduce((sum, residual, i) => sum + residual * scaled[j][i], 0) / n;
      if (coefs[name] === 0) assert.ok(Math.abs(gradient) <= lambda * (1 + 1e-6), name);
      else assertClose(name, gradient, lambda * Math.sign(coefs[name]), 1e-5);
      assert.ok(Math.abs(paths[j][start] - coefs[name]) < 0.05, name);
    });
  });

  it("is what its code computes", () => {
    const code = demoCode(3.5).replace(/import (\{.*\}) from ("[^"]+");/g, "const $1 = require($2);");
    const value: unknown = new Function("require", code.replace(/^evaluate/m, "return evaluate"))(require);
    assert.equal(value, fitAt(3.5).error);
  });
});

describe("the cards of the documentation site", () => {
  it("say the first sentences of a page, without its links", () => {
    const page =
      "# A title\n\n| a | b |\n| - | - |\n\nIs it `so`? See [the\nguide](x.md), version 0.1.0.\n\nMore.";
    assert.equal(firstSentences(page), "Is it `so`? See the guide, version 0.1.0.");
    assert.equal(
      sentencesOf(`Short. ${"A long one ".repeat(6)}ends. Not this.`),
      `Short. ${"A long one ".repeat(6)}ends.`,
    );
    assert.equal(firstSentences("# Only a title"), "");
  });

  it("show every guide, every notebook and every chart once, each with a sentence and a picture", () => {
    const grids = [
      guidesPage(sections()),
      notebooksGrid(allPages, new Map([["notebooks/01-first-fit.ipynb", "<img>"]])),
      galleryPage(),
    ];
    const cards = grids.map((grid) => grid.match(/<div class="card"[\s\S]*?\n<\/div>/g) ?? []);
    assert.deepEqual(
      cards.map(({ length }) => length),
      [22, 27, exhibits.length],
    );
    for (const card of cards.flat()) {
      assert.match(card, /^\*\*\[.+\]\((\S+)\)\*\*\n\n\S.{20,}$/m);
      assert.match(card, /src="\/icon\.svg"|<img>|srcset="\S+-dark\.png".* src="\S+\.png"/);
    }
    const links = new LinkRewriter(allPages);
    assert.doesNotThrow(() => links.rewrite(grids.join("\n"), "README.md"));
    assert.ok([...links.files].every((file) => existsSync(join(ROOT, file))));
  });
});

describe("the code of the charts of the gallery", function () {
  this.timeout(120_000);
  const compiler = useCellCompiler();

  /** Runs a text, whose last statement is an expression, and returns its value. */
  function drawnBy(code: string): Chart {
    const { statements } = ts.createSourceFile("chart.ts", code, ts.ScriptTarget.ES2022);
    const last = statements.at(-1)!.pos;
    const { outputText } = ts.transpileModule(
      `${code.slice(0, last)}\nexports.drawn = ${code.slice(last).trim()}`,
      {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
      },
    );
    const made: { drawn?: Chart } = {};
    new Function("require", "exports", outputText)(require, made);
    return made.drawn!;
  }

  for (const { name, call, compute, draw } of exhibits) {
    it(`compiles, and draws what the gallery has: ${name}`, () => {
      const choice = chartChoices().find((each) => each.name === `chart-${name}`)!;
      const page = chartPage(name, choice);
      assert.ok(page.includes(`\n# \`${call}\`\n`) && page.includes(`(/playground?open=chart-${name})`));
      const cells = choice.code.split(/^\/\/ %% .*$/m);
      assert.equal(cells.length, 2);
      for (const cell of cells) compiler.convert(cell);
      assert.deepEqual(drawnBy(choice.code).spec, draw(compute(), {}).spec);
    });
  }
});

describe("the texts of the playground", () => {
  it("are examples with names that addresses can have, and code that ends in what is shown", () => {
    const names = examples().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      names.filter((name) => encodeURIComponent(name) !== name),
      [],
    );
    for (const { code } of examples()) assert.match(code, /\n\/\/ %% [A-Z].*\n/);
  });

  it("are the cells of a notebook in their order, below the headings above them", () => {
    const { code, needs } = notebookChoice("notebooks/01-first-fit.ipynb", "1. A first fit");
    const { cells } = readNotebook(join(ROOT, "notebooks/01-first-fit.ipynb"));
    const codes = cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
    assert.deepEqual(
      code
        .split(/^\/\/ %%.*\n/m)
        .slice(1)
        .map((text) => text.trim()),
      codes,
    );
    assert.match(code, /^\/\/ %% One fit\nconst fit = /m);
    assert.equal(needs, "");
  });

  it("say why the last cell of a notebook cannot run, as the table of the guide does for all notebooks", () => {
    const { needs } = notebookChoice("notebooks/17-large-p.ipynb", "17. Large p");
    assert.equal(
      needs,
      "The last cell of this notebook ends in an error in a browser, because it starts processes, whose memory it measures; in Jupyter, or by npx smooth-edges run notebooks/17-large-p.ipynb in a clone, all cells run.",
    );
    assert.equal(
      notebookChoice("notebooks/26-data-beyond-memory.ipynb", "26. Files").needs,
      "The cells of this notebook end in errors in a browser, because DuckDB, which reads its files, is not there; in Jupyter, or by npx smooth-edges run notebooks/26-data-beyond-memory.ipynb in a clone, all cells run.",
    );
    const guide = readFileSync(join(ROOT, "docs/kernel.md"), "utf8");
    const rows = guide.matchAll(
      /^\| \[([\w-]+)\]\(\.\.\/notebooks\/\1\.ipynb\) +\| (all cells(?: but the last, .*?)?|none: .*?) +\|$/gm,
    );
    const notebooks = readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"));
    assert.deepEqual(
      Array.from(rows, ([, name, runs]) => [name, runs.replace(/[,:].*/, "")]),
      notebooks.sort().map((file) => {
        const name = basename(file, ".ipynb");
        if (NOTHING_RUNS.has(name)) return [name, "none"];
        return [name, LAST_CELL_FAILS.has(name) ? "all cells but the last" : "all cells"];
      }),
    );
  });
});

describe("links of a page of the documentation site", () => {
  const rewrite = (markdown: string, links = new LinkRewriter(allPages)): string =>
    links.rewrite(markdown, "docs/kernel.md");

  it("lead to the pages of guides and notebooks, with their anchors", () => {
    assert.equal(
      rewrite(
        "[a](get-started.md#install), [b](../notebooks/01-first-fit.ipynb), [c](../README.md#try-it-now)",
      ),
      "[a](/start/get-started#install), [b](/notebooks/01-first-fit), [c](/start/overview#try-it-now)",
    );
  });

  it("lead to pictures and numbers, which are then files of the site", () => {
    const links = new LinkRewriter(allPages);
    const markdown = `${lightAndDark("../figures/diabetes-path.png", 'a "path"')} [n](../figures/data/diabetes-path.json)`;
    const [light, dark] = ["", "-dark"].map(
      (twin) =>
        `<img src="/figures/diabetes-path${twin}.png" width="497" height="428" alt="a &quot;path&quot;" loading="lazy">`,
    );
    assert.equal(rewrite(markdown, links), `${light} ${dark} [n](/figures/data/diabetes-path.json)`);
    assert.deepEqual(
      [...links.files],
      ["figures/diabetes-path.png", "figures/diabetes-path-dark.png", "figures/data/diabetes-path.json"],
    );
  });

  it("lead to the pictures of every page, of which the site shows one for its own theme", () => {
    const guides = allPages.filter(({ source }) => source.endsWith(".md"));
    const rewritten = guides.map(({ source }) =>
      new LinkRewriter(allPages).rewrite(readFileSync(join(ROOT, source), "utf8"), source),
    );
    assert.deepEqual(
      guides.filter((_, k) => rewritten[k].includes("<picture")).map(({ source }) => source),
      [],
    );
    const [light, dark] = [/<img src="[^"]*(?<!-dark)\.(png|svg)"/g, /<img src="[^"]*-dark\.(png|svg)"/g].map(
      (pattern) => rewritten.join("").match(pattern)?.length,
    );
    assert.ok(light === dark && light! > 80, `${light} light pictures, ${dark} dark ones`);
  });

  it("become names of files where there is no page", () => {
    assert.equal(rewrite("[the code](../src/index.ts)"), "the code (`src/index.ts`)");
  });

  it("stay as they are where they lead elsewhere or are code", () => {
    for (const markdown of [
      "[a](#own)",
      "[b](https://example.org/x.md)",
      "`[c](kernel.md)`",
      "```\n[d](x.md)\n```",
    ])
      assert.equal(rewrite(markdown), markdown);
  });

  it("must lead to a file of this repository", () => {
    assert.throws(
      () => rewrite("[gone](gone.md)"),
      /docs\/kernel\.md: the link to gone\.md leads to no file/,
    );
    assert.throws(
      () => rewrite(lightAndDark("gone.png", "gone")),
      /docs\/kernel\.md: the link to gone\.png leads to no file/,
    );
  });
});

describe("the page of a notebook", () => {
  const pageOf = (...cells: Cell[]): ReturnType<typeof notebookPage> =>
    notebookPage(
      { nbformat: 4, nbformat_minor: 5, metadata: {}, cells },
      {
        path: "notebooks/x.ipynb",
        folder: "/notebooks/x",
        rewriteLinks: (text) => text.replace("(to)", "(there)"),
      },
    );
  const code = (source: string, ...outputs: CellOutput[]): Cell => ({
    cell_type: "code",
    source,
    metadata: {},
    execution_count: 1,
    outputs,
  });
  const shown = (data: Record<string, unknown>): CellOutput => ({
    output_type: "display_data",
    data,
    metadata: {},
  });

  it("has texts with their links, code, and what was printed, in order", async () => {
    const { markdown } = await pageOf(
      { cell_type: "markdown", source: ["# A title\n", "[a](to)"], metadata: {} },
      code("1 < 2", { output_type: "stream", name: "stdout", text: "a < b\n\nc\n" }),
      code("x", shown({ "text/markdown": "| [b](to) |", "text/plain": "b" })),
    );
    const parts = [
      "# A title\n[a](there)",
      "```ts\n1 < 2\n```",
      "a &lt; b&#10;\nc",
      "\n\n| [b](there) |\n\n",
    ];
    const places = parts.map((part) => markdown.indexOf(part));
    assert.ok(!places.includes(-1), markdown);
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
  });

  it("shows HTML as it is, without what ends a block of it in Markdown", async () => {
    const { markdown } = await pageOf(
      code("t", shown({ "text/html": "<b>{{ 1 }}\n\n</b>", "text/plain": "t" })),
    );
    assert.ok(markdown.includes('<div class="output html" v-pre><b>{{ 1 }}&#10;\n</b></div>'), markdown);
  });

  it("shows a chart as the committed picture and as one for a dark ground", async () => {
    const chart = new Chart({
      description: "A point",
      data: { values: [{ x: 1 }] },
      mark: "point",
      encoding: { x: { field: "x", type: "quantitative" } },
    });
    const { markdown, pictures } = await pageOf(code("c", shown({ ...(await chart.toMimeBundle()) })));
    assert.deepEqual([...pictures.keys()], ["chart-1.png", "chart-1-dark.png"]);
    assert.match(markdown, /<img src="\/notebooks\/x\/chart-1\.png" width="\d+" height="\d+" alt="A point"/);
    assert.notDeepEqual(pictures.get("chart-1.png"), pictures.get("chart-1-dark.png"));
  });
});

describe("brokenLinks", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "site-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  }

  it("finds missing files, pictures and anchors, and nothing else", () => {
    write({
      "index.html": '<h1 id="top"></h1><a href="/a/b.html#there"></a><a href="a/"></a><a href="#top"></a>',
      "a/index.html":
        '<a href="https://example.org/none"></a><a href="../index.html?open=x#top"></a><img src="p.png">',
      "a/p.png": "",
      "a/b.html": '<h2 id="there"></h2>',
    });
    assert.deepEqual(brokenLinks(folder), []);
    write({
      "c.html": '<a href="/none.html"></a><img src="a/q.png"><a href="a/b.html#gone"></a><a href="a"></a>',
    });
    assert.deepEqual(brokenLinks(folder), [
      "c.html: the link to /none.html leads to no file",
      "c.html: the link to a/q.png leads to no file",
      "c.html: the link to a/b.html#gone names an anchor that a/b.html does not have",
      "c.html: the link to a leads to no file",
    ]);
  });

  it("takes links to the folder of the host that the site is in", () => {
    rmSync(join(folder, "c.html"));
    write({
      "index.html": '<h1 id="top"></h1><a href="/edges/a/b.html#there"></a><a href="a/"></a>',
      "d.html": '<a href="/a/b.html"></a><a href="/edges/"></a><a href="/edges/none.html"></a>',
    });
    assert.deepEqual(brokenLinks(folder, "/edges/"), [
      "d.html: the link to /a/b.html leads out of /edges/",
      "d.html: the link to /edges/none.html leads to no file",
    ]);
  });
});
