// The order of what a search finds.

/** How much a page counts by the folder that it is in; others count one. */
const WEIGHTS = { notebooks: 0.5, charts: 0.3, contributors: 0.2, reference: 0.2 };

/** The name in a heading of the reference: `Class: SmoothLasso<D>`, `crossValidate()`. */
const nameIn = (heading) => /^(?:[A-Z][a-z ]+: )?(\w+)/.exec(heading)?.[1].toLowerCase();

/** Has guides come before the reference, unless a heading there is the very name that somebody looks for. */
function boostDocument(id, term, { title = "" } = {}) {
  const folder = /\/(notebooks|charts|contributors|reference)\//.exec(id)?.[1];
  const isName = folder === "reference" && nameIn(title) === term.toLowerCase();
  return isName ? 1 : (WEIGHTS[folder] ?? 1);
}

/** Letters that a word may have wrong, as a share of it: in a short one another word would be found, as "reach" by "react". */
export const fuzzy = (term) => (term.length > 5 ? 0.2 : false);

/** Sets the order; a function is no part of the settings, which pages have as JSON. */
export function guidesFirst(siteData) {
  const { themeConfig } = siteData.value;
  const { search } = themeConfig;
  const options = { ...search.options, miniSearch: { searchOptions: { boostDocument, fuzzy } } };
  siteData.value = { ...siteData.value, themeConfig: { ...themeConfig, search: { ...search, options } } };
}
