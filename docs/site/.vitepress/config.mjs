// How VitePress makes the site of the pages that docs/site/build-site.ts writes beside it into build/docs.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const { nav, sidebar } = read("navigation.json");

/** The address of the site, where its host is known. */
const { address, version } = read("place.json");

/** The anchor that GitHub gives a heading, so that links to sections hold in both places. */
const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");

/** A file of this checkout. */
const fileAt = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Tables and numbers that cells gave: nobody searches for them, and they would make up most of the index. */
const OUTPUTS = /<div class="output[\s\S]*?<!-- end of output -->/g;

/** Has a formula and the bracket, comma or full stop behind it stay in one line. */
function keepMarks({ tokens, Token }) {
  const html = (content) => Object.assign(new Token("html_inline", "", 0), { content });
  for (const { children } of tokens) {
    for (let i = (children?.length ?? 0) - 2; i >= 0; i--) {
      const [formula, next] = [children[i], children[i + 1]];
      const mark = next.type === "text" ? (/^[).,;:]+/.exec(next.content)?.[0] ?? "") : "";
      if (formula.type !== "math_inline" || mark === "") continue;
      next.content = next.content.slice(mark.length);
      children.splice(i, 1, html('<span class="formula">'), formula, html(`${mark}</span>`));
    }
  }
}

export default defineConfig({
  title: "smooth-edges",
  description: "Sparse linear models and sparse neural networks in TypeScript, with proof of optimality.",
  transformHead: ({ siteData, title, description, page }) => [
    ["link", { rel: "icon", type: "image/svg+xml", href: `${siteData.base}icon.svg` }],
    ["meta", { property: "og:type", content: "website" }],
    ["meta", { property: "og:site_name", content: siteData.title }],
    ["meta", { property: "og:title", content: title }],
    ["meta", { property: "og:description", content: description }],
    // Those who read these two take only addresses in full.
    ...(address
      ? [
          [
            "meta",
            {
              property: "og:url",
              content: `${address}${page.replace(/(index)?\.md$/, (end) => (end === ".md" ? ".html" : ""))}`,
            },
          ],
          ["meta", { property: "og:image", content: `${address}social.png` }],
          ["meta", { name: "twitter:card", content: "summary_large_image" }],
        ]
      : []),
  ],
  ...(address && { sitemap: { hostname: address } }),
  srcDir: "pages",
  outDir: "../site",
  markdown: {
    math: true,
    // Their comments and keywords have a contrast of at least 4.5.
    theme: { light: "github-light-high-contrast", dark: "github-dark-default" },
    anchor: { slugify: anchorOf },
    // `{...}` at the end of a line is text here, as on GitHub.
    attrs: { disable: true },
    image: { lazyLoading: true },
    // "notation.md" is a file, not a host in Moldova.
    config: (md) => {
      md.linkify.set({ fuzzyLink: false });
      md.core.ruler.push("formula-and-mark", keepMarks);
    },
  },
  // The index of the search is one file of nearly two megabytes, loaded when somebody searches.
  vite: {
    build: { chunkSizeWarningLimit: 4000 },
    // Pages compute and draw with the library as it is in this checkout.
    resolve: {
      alias: [
        { find: "#live-lasso", replacement: fileAt("figures/live-lasso.ts") },
        { find: /^smooth-edges$/, replacement: fileAt("dist/browser/index.mjs") },
        { find: "smooth-edges/data", replacement: fileAt("dist/browser/data/index.mjs") },
        { find: "smooth-edges/plot", replacement: fileAt("dist/browser/plot/index.mjs") },
      ],
    },
  },
  themeConfig: {
    logo: "/icon.svg",
    siteTitle: `smooth-edges <small>${version}</small>`,
    nav,
    sidebar,
    outline: [2, 3],
    search: {
      provider: "local",
      options: {
        _render: (source, env, md) => {
          const html = md.render(source, env);
          return env.frontmatter?.search === false ? "" : html.replace(OUTPUTS, "");
        },
      },
    },
  },
});
