/** Checks the links and pictures of a site that lies in a folder. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, sep } from "node:path";

/**
 * Returns one sentence for each link and picture in the HTML files of a folder whose file is missing, and for each anchor that no
 * element of its page has. Links to other hosts are not followed.
 *
 * @param base - The folder of the host that the site will be in; a link to another folder of the host leads nowhere.
 */
export function brokenLinks(folder: string, base: string = "/"): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
    file.split(sep).join("/"),
  );
  const pages = new Map(
    files
      .filter((file) => file.endsWith(".html"))
      .map((file) => [file, valuesOf(readFileSync(join(folder, file), "utf8"))]),
  );
  const problems = [...pages].flatMap(([page, { links }]) =>
    links
      .filter((link) => !/^[a-z]+:/.test(link))
      .flatMap((link) => {
        const [address, anchor = ""] = link.split("#");
        const [path] = address.split("?");
        if (path.startsWith("/") && !path.startsWith(base))
          return [`${page}: the link to ${link} leads out of ${base}`];
        const inSite = path.startsWith("/") ? path.slice(base.length) : posix.join(posix.dirname(page), path);
        const absolute = posix.join("/", decodeURI(inSite));
        const file = path === "" ? page : fileAt(folder, absolute);
        if (file === undefined) return [`${page}: the link to ${link} leads to no file`];
        if (anchor === "" || pages.get(file)?.anchors.has(decodeURIComponent(anchor))) return [];
        return [`${page}: the link to ${link} names an anchor that ${file} does not have`];
      }),
  );
  return [...new Set(problems)];
}

/** The file that a server gives for an address, relative to the folder. */
function fileAt(folder: string, address: string): string | undefined {
  const file = address.endsWith("/") ? `${address}index.html` : address;
  return statSync(join(folder, file), { throwIfNoEntry: false })?.isFile() ? file.slice(1) : undefined;
}

/** What the elements of a page link to or show, and the anchors that they have. */
function valuesOf(html: string): { links: string[]; anchors: Set<string> } {
  const links: string[] = [];
  const anchors = new Set<string>();
  for (const [, name, value] of html.matchAll(/\s(href|src|id)="([^"]*)"(?=[^<>]*>)/g)) {
    const text = value.replaceAll("&amp;", "&");
    if (name === "id") anchors.add(text);
    else links.push(text);
  }
  return { links, anchors };
}
