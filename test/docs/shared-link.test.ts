import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ROOT } from "../support/tracked-files";

/** What the playground puts into a link. */
interface Shared {
  readonly code: string;
  readonly file?: { readonly name: string; readonly text: string };
}

const FILE = join(ROOT, "docs/site/.vitepress/theme/playground/shared-link.mjs");
const ADDRESS = "https://host.org/smooth-edges/playground.html";
const BROKEN = /^This link carries no code that can be read: it was cut off or changed\. Ask for it again\.$/;

describe("a link of the playground", () => {
  let linkOf: (address: string, shared: Shared) => Promise<string>;
  let sharedIn: (hash: string) => Promise<Shared | undefined>;
  let MOST_CHARACTERS: number;
  before(async () => {
    ({ linkOf, sharedIn, MOST_CHARACTERS } = await import(pathToFileURL(FILE).href));
  });

  const RENT = { code: "readCsv('rent.csv')", file: { name: "rent.csv", text: "area,city\n50,Ulm\n" } };
  const packed = (value: unknown): string =>
    `#code=${gzipSync(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")}`;

  it("gives back its code and its file, whatever letters they have", () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme" }),
        fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
        async (code, text) => {
          const shared = text === undefined ? { code } : { code, file: { name: "a b.csv", text } };
          const link = await linkOf(ADDRESS, shared);
          assert.match(link, /^https:\/\/host\.org\/smooth-edges\/playground\.html#code=[\w-]+$/);
          assert.deepEqual(await sharedIn(new URL(link).hash), shared);
        },
      ),
      { numRuns: 50 },
    ));

  it("is read as another program packs it", async () => {
    assert.deepEqual(await sharedIn(packed(RENT)), RENT);
  });

  it("is none where the address carries nothing", async () => {
    for (const hash of ["", "#", "#options", "#codes=x"]) assert.equal(await sharedIn(hash), undefined);
  });

  it("is refused in a sentence wherever it is cut off, and where a letter of it changes", async () => {
    const { hash } = new URL(await linkOf(ADDRESS, RENT));
    for (let end = "#code=".length; end < hash.length; end += 3)
      await assert.rejects(sharedIn(hash.slice(0, end)), { message: BROKEN });
    for (let at = "#code=".length + 16; at < hash.length - 2; at += 5) {
      const other = hash[at] === "A" ? "B" : "A";
      await assert.rejects(sharedIn(hash.slice(0, at) + other + hash.slice(at + 1)), { message: BROKEN });
    }
  });

  it("is refused where it carries something else", async () => {
    const others: readonly unknown[] = [
      "not JSON",
      "null",
      [],
      { code: 1 },
      { code: "1", file: "a,b" },
      { code: "1", file: { name: "a.csv" } },
      { code: "1", file: { name: "../a.csv", text: "" } },
      { code: "1", file: { name: "", text: "" } },
      { code: " ".repeat(3e6) }, // a few bytes that would fill the memory
    ];
    for (const other of others) await assert.rejects(sharedIn(packed(other)), { message: BROKEN });
    await assert.rejects(sharedIn("#code=%%%"), { message: BROKEN });
  });

  it("says how long it would be where that is too long, and what to leave out", async () => {
    let state = 1;
    const noise = Array.from({ length: 20_000 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state;
    }).join(",");
    await assert.rejects(linkOf(ADDRESS, { code: noise }), (error: Error) => {
      const [, length] =
        /^A link may have 16000 characters, this one would have (\d+); share less code\.$/.exec(
          error.message,
        ) ?? [];
      return Number(length) > MOST_CHARACTERS;
    });
    await assert.rejects(linkOf(ADDRESS, { code: "1", file: { name: "rent.csv", text: noise } }), {
      message: /; share fewer rows of rent\.csv\.$/,
    });
  });
});
