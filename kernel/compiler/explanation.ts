/** What a front end shows about a name: its signature and documentation, and the value that it has. */
import type ts from "typescript";
import type { DeclaredInfo } from "./quick-info";

/** What the compiler knows of a name. */
export interface Explanation {
  readonly signature: string;
  readonly documentation: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
  /** As it is written where the name is declared. */
  readonly declaration: string;
}

export function explanationOf({ displayParts, documentation, tags, declaration }: DeclaredInfo): Explanation {
  const text = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
    (parts ?? []).map((part) => part.text).join("");
  return {
    signature: text(displayParts),
    documentation: text(documentation),
    tags: (tags ?? []).map((tag) => ({ name: tag.name, text: text(tag.text) })),
    declaration: declaration ?? "",
  };
}

/**
 * The explanation in plain text and in Markdown.
 *
 * @param found what the compiler knows, if anything
 * @param summary of the value, if there is one
 */
export function explanationBundle(
  found: Explanation | undefined,
  summary: string | undefined,
  withDeclaration: boolean,
): Record<"text/plain" | "text/markdown", string> {
  const { signature = "", documentation = "", tags = [], declaration = "" } = found ?? {};
  const shown = withDeclaration ? declaration : "";
  const plainTags = tags.map(({ name, text }) => `@${name} ${text}`.trimEnd()).join("\n");
  return {
    "text/plain": paragraphs(signature, documentation, plainTags, shown, summary ?? ""),
    "text/markdown": paragraphs(
      fenced("ts", signature),
      withLinks(documentation),
      tags.map(markdownOf).join("\n"),
      fenced("ts", shown),
      fenced("text", summary ?? ""),
    ),
  };
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function fenced(language: string, text: string): string {
  if (text === "") return "";
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** One entry of a list; an example is code unless its author made a block of it. */
function markdownOf({ name, text }: Explanation["tags"][number]): string {
  if (name === "example") return `- *@example*\n\n${text.includes("```") ? text : fenced("ts", text)}\n`;
  const [, parameter, rest] = /^([\w$.]+)\s+(?:-\s*)?([\s\S]*)$/.exec(text) ?? [];
  const isNamed = parameter !== undefined && ["param", "template", "typeParam", "property"].includes(name);
  const said = withLinks(isNamed ? `\`${parameter}\`: ${rest}` : text);
  return `- *@${name}* ${said.replace(/\n/g, "\n  ")}`.trimEnd();
}

/** `{@link name text}` as Markdown. */
function withLinks(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)?\s+([^}|\s]+)(?:\s*\|\s*|\s+)?([^}]*)\}/g,
    (_, target, label) => {
      const shown = String(label).trim() || String(target);
      return /^https?:/.test(target) ? `[${shown}](${target})` : `\`${shown}\``;
    },
  );
}
