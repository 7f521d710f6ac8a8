import assert from "node:assert/strict";
import { llmsText } from "../../docs/site/llms-text";
import { LinkRewriter, sections } from "../../docs/site/pages";
import { addressIn, placeOf } from "../../docs/site/place";
import { sourceAddress, textOf } from "../../docs/site/repository";

describe("the place of the documentation site", () => {
  it("is the root of a host that is not known, or what is asked for", () => {
    assert.deepEqual(placeOf(), { host: undefined, base: "/" });
    assert.deepEqual(placeOf("/a/b-c/", "https://example.org:8080"), {
      host: "https://example.org:8080",
      base: "/a/b-c/",
    });
  });

  it("is refused where it is none, in a sentence", () => {
    for (const base of ["smooth-edges", "/smooth-edges", "//", "/a b/", "https://example.org/"])
      assert.throws(() => placeOf(base), /^Error: build-site: --base must begin and end with \/, .*, got /);
    for (const host of ["example.org", "https://example.org/", "https://", "ftp://example.org"])
      assert.throws(
        () => placeOf("/", host),
        /^Error: build-site: --host must be the address of a host, .*, got /,
      );
  });

  it("is in the addresses of pages", () => {
    const place = placeOf("/edges/", "https://example.org");
    assert.equal(addressIn(place, "/guides/kernel"), "https://example.org/edges/guides/kernel.html");
    assert.equal(addressIn(place, "/guides/"), "https://example.org/edges/guides/");
    assert.equal(addressIn(placeOf(), "/playground"), "/playground.html");
  });
});

describe("llms.txt", () => {
  it("lists every page and module, with what a page says first", () => {
    const modules = [{ title: "smooth-edges/nn", path: "smooth-edges/nn/index.md", children: [] }];
    const text = llmsText(sections(), modules, { place: placeOf("/", "https://example.org"), textOf });
    const [title, summary] = text.split("\n\n");
    assert.equal(title, "# smooth-edges");
    assert.match(summary, /^> smooth-edges fits .*\.$/);
    const links = Array.from(text.matchAll(/^- \[[^\]]+\]\((\S+)\)/gm), ([, link]) => link);
    const pages = sections().flatMap((section) => section.pages.map(({ address }) => address));
    assert.deepEqual(links, [
      ...pages.map((address) => `https://example.org${address}.html`),
      "https://example.org/reference/smooth-edges/nn/",
    ]);
    assert.match(text, /^- \[The kernel\]\(.*\/guides\/kernel\.html\): This page describes how .*\.$/m);
  });
});

describe("the sources of the repository", () => {
  const at = (url?: string): string | undefined => sourceAddress({ version: "1.2.3", repository: { url } });

  it("have an address where package.json names one that there can be", () => {
    assert.match(
      String(at("git+https://host.org/owner/name.git")),
      /^https:\/\/host\.org\/owner\/name\/blob\/\S+$/,
    );
    for (const url of [
      undefined,
      "",
      "https://host.org/owner/name",
      "git+https://repository.invalid/smooth-edges.git",
    ])
      assert.equal(at(url), undefined);
  });

  it("are linked where they are no pages, and named where their address is not known", () => {
    const linked = (sources?: string): string =>
      new LinkRewriter([], sources).rewrite("[the code](../src/index.ts#L3)", "docs/kernel.md");
    assert.equal(
      linked("https://host.org/o/n/blob/1a"),
      "[the code](https://host.org/o/n/blob/1a/src/index.ts#L3)",
    );
    assert.equal(linked(), "the code (`src/index.ts`)");
  });
});
