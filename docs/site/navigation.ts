/** The bar at the top of the site and the lists of pages at its side, as VitePress reads them. */
import type { Section } from "./pages";

/** A module or one of its exports in the reference, as TypeDoc lists them. */
export interface ReferenceEntry {
  readonly title: string;
  /** The page's path in the folder of the reference. */
  readonly path: string;
  readonly children?: readonly ReferenceEntry[];
}

export interface NavigationLink {
  readonly text: string;
  readonly link: string;
  /** Pages under which the bar marks the link, as a regular expression. */
  readonly activeMatch?: string;
}

export interface NavigationGroup {
  readonly text: string;
  readonly items: readonly (NavigationLink | NavigationGroup)[];
  /** Shows the heading alone until one of its pages is open. */
  readonly collapsed?: boolean;
}

export interface Navigation {
  readonly nav: readonly NavigationLink[];
  /** What stands at the side of the pages whose address begins so. */
  readonly sidebar: Readonly<Record<string, readonly NavigationGroup[]>>;
}

const REFERENCE = "/reference/";

/** The section of which each chart has a page. */
const CHARTS = "Charts";

/** The kinds of exports that stand at the side, by the folders that TypeDoc has their pages in; the page of a module lists all. */
const KINDS: readonly { text: string; folders: RegExp }[] = [
  { text: "Classes", folders: /\/classes\// },
  { text: "Functions", folders: /\/(functions|variables)\// },
];

/**
 * Returns the navigation of the pages by section, and of the reference, where each module lists its own exports.
 *
 * @param charts the pages of single charts, which are listed below those of their section.
 */
export function navigation(
  sections: readonly Section[],
  modules: readonly ReferenceEntry[],
  charts: readonly NavigationLink[],
): Navigation {
  const moduleLinks = modules.map(({ title, path }) => ({ text: title, link: addressOf(path) }));
  const groups = sections.map(({ heading, overview, pages }) => ({
    text: heading,
    items: [
      ...[...(overview ? [overview] : []), ...pages].map(({ title, address }) => ({
        text: title,
        link: address,
      })),
      ...(heading === CHARTS ? [{ text: "Single charts", items: charts, collapsed: true }] : []),
    ],
  }));
  const firstLink = ([first]: NavigationGroup["items"]): string => ("link" in first ? first.link : "");
  // Pages for contributors come last, since readers look up names more often.
  const everywhere = [...groups.slice(0, -1), { text: "Reference", items: moduleLinks }, ...groups.slice(-1)];
  const ofModules = modules.map(({ path, children = [] }) => [
    addressOf(path),
    [
      { text: "Modules", items: moduleLinks, collapsed: true },
      ...KINDS.map(({ text, folders }) => ({
        text,
        items: children
          .filter((entry) => folders.test(entry.path))
          .map((entry) => ({ text: entry.title, link: addressOf(entry.path) })),
      })).filter(({ items }) => items.length > 0),
    ],
  ]);
  return {
    nav: [
      ...everywhere.map(({ text, items }) =>
        barLink(text, text === "Reference" ? REFERENCE : firstLink(items)),
      ),
      { text: "Playground", link: "/playground" },
    ],
    sidebar: {
      "/": everywhere.map((group) => ({ ...group, collapsed: true })),
      ...Object.fromEntries(ofModules),
    },
  };
}

/** A link of the bar, marked on all pages of the folder that its own page is in. */
function barLink(text: string, link: string): NavigationLink {
  return { text, link, activeMatch: `^${link.slice(0, link.indexOf("/", 1) + 1)}` };
}

/** The address of a page of the reference. */
function addressOf(path: string): string {
  return `${REFERENCE}${path.replace(/(index)?\.md$/, "")}`;
}
