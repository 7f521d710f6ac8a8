/** Reads a page of HTML strictly ({@link readPage}): what a browser would mend is an error. */
import assert from "node:assert/strict";

/** One element of a page, by its start tag. */
export interface PageElement {
  readonly tag: string;
  /** Unescaped. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A page and what readers see of it. */
export interface Page {
  readonly html: string;
  readonly elements: readonly PageElement[];
  /** The texts of headings of the second level. */
  readonly headings: readonly string[];
  /** The texts of each table's cells, with figure spaces taken off. */
  readonly tables: readonly { readonly columns: readonly string[]; readonly rows: readonly string[][] }[];
  /** All text but that of the style sheet. */
  readonly text: string;
}

const VOID = new Set(["meta", "br", "hr", "img", "link", "input"]);
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" };

/** @throws where an ampersand is no entity that escaping makes. */
function unescapeHtml(text: string): string {
  return text.replace(/&(\w+|#\d+)?;?/g, (entity, name) => {
    assert.ok(name in ENTITIES && entity.endsWith(";"), `${entity} in ${text.slice(0, 80)}`);
    return ENTITIES[name];
  });
}

const TOKEN = /<!doctype html>|<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>|[^<]+/y;

/** @throws AssertionError where a tag is not closed in its place, or a character that must be escaped is not. */
export function readPage(html: string): Page {
  const elements: PageElement[] = [];
  const open: string[] = [];
  const texts: { readonly within: readonly string[]; text: string }[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < html.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(html);
    assert.ok(token, `no tag and no text: ${html.slice(at, at + 80)}`);
    const [whole, end, tag, given = "", closed] = token;
    if (tag === undefined) {
      if (!whole.startsWith("<!")) texts.push({ within: [...open], text: unescapeHtml(whole) });
    } else if (end === "/") {
      assert.equal(open.pop(), tag, html.slice(at - 80, at + 20));
      texts.push({ within: [...open], text: "" });
    } else {
      const attributes = Array.from(given.matchAll(/([\w:-]+)(?:="([^"]*)")?/g), ([, name, value = ""]) => [
        name,
        unescapeHtml(value),
      ]);
      assert.equal(new Set(attributes.map(([name]) => name)).size, attributes.length, whole);
      elements.push({ tag, attributes: Object.fromEntries(attributes) });
      if (!VOID.has(tag) && closed === "") open.push(tag);
    }
  }
  assert.deepEqual(open, []);
  const seen = texts.filter(({ within }) => !within.includes("style") && !within.includes("title"));
  return {
    html,
    elements,
    headings: seen.filter(({ within }) => within.at(-1) === "h2").map(({ text }) => text),
    tables: tablesOf(html),
    text: seen.map(({ text }) => text).join(""),
  };
}

function tablesOf(html: string): Page["tables"] {
  return Array.from(html.matchAll(/<table[^>]*>(.*?)<\/table>/gs), ([, table]) => {
    const rows = Array.from(table.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs), ([, row]) =>
      Array.from(row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs), ([, cell]) =>
        unescapeHtml(cell.replace(/<[^>]*>/g, "")).replace(/[\u2007\u2008]+$/, ""),
      ),
    );
    return { columns: rows[0], rows: rows.slice(1) };
  });
}
