import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { figures } from "../../figures";
import { figuresReadme } from "../../figures/readme";
import { ROOT, trackedFiles } from "../support/tracked-files";

describe("the page of figures", () => {
  const page = readFileSync(join(ROOT, "figures/README.md"), "utf8");

  it("is what the figures and the manifests of their studies make", () => {
    assert.equal(page, figuresReadme(figures));
  });

  it("links to files that are there", () => {
    const files = new Set(trackedFiles());
    const found = page.matchAll(/(?:\]\(|src(?:set)?=")([^)"]+\.[a-z]+)[)"]/g);
    const links = [...found].map(([, link]) => `figures/${link}`);
    assert.deepEqual(
      links.filter((link) => !files.has(link)),
      [],
    );
  });
});
