/** Makes llms.txt, the list of the site's pages for programs that read texts. */
import { firstSentences } from "./cards";
import type { ReferenceEntry } from "./navigation";
import type { Section } from "./pages";
import { addressIn, type Place } from "./place";

/**
 * Returns the list: the title and sentence of the README, then each page with what it says first.
 *
 * @param textOf returns the Markdown of a page by its source; pages of which it returns an empty text have a title alone
 * @see https://llmstxt.org
 */
export function llmsText(
  sections: readonly Section[],
  modules: readonly ReferenceEntry[],
  { place, textOf }: { place: Place; textOf: (source: string) => string },
): string {
  const [, name, sentence] = /^# (.+)\n\n(.+)\n/.exec(textOf("README.md")) ?? [];
  const line = (title: string, address: string, said: string): string =>
    `- [${title}](${addressIn(place, address)})${said === "" ? "" : `: ${said}`}`;
  const parts = sections.map(({ heading, pages }) => {
    const lines = pages.map(({ title, address, source }) =>
      line(title, address, firstSentences(textOf(source))),
    );
    return `## ${heading}\n\n${lines.join("\n")}`;
  });
  const reference = modules.map(({ title, path }) =>
    line(title, `/reference/${path.replace(/index\.md$/, "")}`, ""),
  );
  return `# ${name}\n\n> ${sentence}\n\n${parts.join("\n\n")}\n\n## Reference\n\n${reference.join("\n")}\n`;
}
