/** What others' tools say of the package before it is published. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { output, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

const tool = (name: string, ...options: string[]): string =>
  output(ROOT, join(ROOT, "node_modules/.bin", name), ...options);

describe("the package that is published", () => {
  it("has no fault that publint knows", () => {
    tool("publint", "run", "--strict", "--pack", "false");
  });

  it("gives each way of resolving modules the right types", () => {
    const { analysis, problems } = JSON.parse(
      tool("attw", tarball().path, "--profile", "strict", "--format", "json"),
    ) as { analysis: { types: unknown; entrypoints: object }; problems?: object };
    assert.ok(analysis.types);
    assert.ok(Object.keys(analysis.entrypoints).length >= 7);
    assert.deepEqual(problems ?? {}, {});
  });

  it("has the size that docs/package.md states", () => {
    const stated = /tarball has ([\d.]+) MB, unpacked ([\d.]+) MB/.exec(
      readFileSync(join(ROOT, "docs/package.md"), "utf8").replace(/\s+/g, " "),
    );
    assert.ok(stated);
    const { size, unpackedSize } = tarball();
    for (const [bytes, megabytes] of [
      [size, stated[1]],
      [unpackedSize, stated[2]],
    ] as const) {
      const share = bytes / 1e6 / Number(megabytes);
      assert.ok(share > 0.9 && share < 1.1, `${bytes} bytes, stated are ${megabytes} MB`);
    }
  });
});

describe("the guides in the package", () => {
  /** Files and folders that docs/package.md says are in the repository only. */
  const elsewhere =
    /^(notebooks|figures|bench|examples|docs\/gallery|docs\/fit-files)(\/|$)|^(CONTRIBUTING\.md|CITATION\.cff)$|^docs\/(decisions|experiments|former-names)\.md$/;

  it("show pictures of the package, and link to its files or to what is said to be in the repository only", () => {
    const files = new Set(tarball().files);
    const pages = ["README.md", ...[...files].filter((file) => /^docs\/.*\.md$/.test(file))];
    assert.ok(pages.length > 15);
    const broken = pages.flatMap((page) => {
      const prose = readFileSync(join(ROOT, page), "utf8").replace(/^```.*?^```/gms, "");
      return [...prose.matchAll(/(\]\(|src(?:set)?=")([^)#\s"]+)/g)]
        .filter(([, , link]) => !/^[a-z]+:/.test(link))
        .map(([, mark, link]) => ({ isShown: mark !== "](", file: join(dirname(page), link) }))
        .filter(({ isShown, file }) => !files.has(file) && (isShown || !elsewhere.test(file)))
        .map(({ file }) => `${page}: ${file}`);
    });
    assert.deepEqual(broken, []);
  });
});

describe("the reference of the interface", () => {
  it("has no export, method or accessor without a documented meaning, and no link that leads nowhere", () => {
    tool("typedoc", "--options", ".ci/typedoc.json", "--emit", "none", "--disableSources");
  });
});

describe("the code of the repository", () => {
  it("has no file, export or package that nothing uses", () => {
    tool("knip", "--config", ".ci/knip.cjs");
  });
});
