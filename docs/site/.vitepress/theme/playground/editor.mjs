// The editor of the playground, which asks the kernel for completions and explanations.
import {
  acceptCompletion,
  autocompletion,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
} from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { cellAt } from "./cells.mjs";

/** Colours that have a contrast of at least 4.5 on both grounds, by variables of playground.css. */
const HIGHLIGHTS = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--code-comment)" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-function)",
  },
]);

const THEME = EditorView.theme({
  "&": {
    height: "100%",
    fontSize: "13.5px",
    backgroundColor: "var(--vp-code-block-bg)",
    color: "var(--vp-c-text-1)",
  },
  ".cm-scroller": { fontFamily: "var(--vp-font-family-mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--vp-c-text-1)" },
  "&.cm-focused": { outline: "2px solid var(--vp-c-brand-2)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--vp-c-text-1)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--vp-c-text-3)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--vp-c-default-soft)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--vp-c-brand-soft)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--vp-c-bg-elv)",
    color: "var(--vp-c-text-1)",
    border: "1px solid var(--vp-c-divider)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--vp-c-brand-3)", color: "#fff" },
});

/** Accepts the selected completion, or the first of an open list; otherwise Tab moves the focus on. */
function completeByTab(view) {
  if (completionStatus(view.state) !== "active") return false;
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

/** Whether a list of completions may open while somebody types: in a name, behind a dot, and within a text. */
function mayComplete(context) {
  const name = context.matchBefore(/[\w$]+$|(?:[\w$]+|[)\]])\.$/)?.text;
  if (name !== undefined) return !/^\d/.test(name);
  const { name: kind, to } = syntaxTree(context.state).resolveInner(context.pos, -1);
  return kind === "String" && context.pos < to && context.matchBefore(/["'/]$/) !== null;
}

/**
 * Makes the editor.
 *
 * @param onRun is called for Ctrl+Enter or Cmd+Enter
 * @param onEdit is called with the text when it changes
 * @param kernel returns the kernel of now
 */
export function createEditor({ parent, onRun, onEdit, kernel }) {
  /** Asks the kernel about the cell at a place, unless it runs one. */
  async function ask(type, state, place) {
    const text = state.doc.toString();
    const cell = cellAt(text, place);
    const client = kernel();
    if (!cell || !client || client.isRunning) return undefined;
    const { from } = cell;
    const answer = await client
      .request({ type, code: cell.code, cursor: place - from })
      .catch(() => undefined);
    return answer && { answer, from };
  }

  async function complete(context) {
    if (!context.explicit && !mayComplete(context)) return null;
    const found = await ask("complete", context.state, context.pos);
    if (!found || found.answer.matches.length === 0) return null;
    const { matches, start } = found.answer;
    return {
      from: found.from + start,
      options: matches.map((label, at) => ({ label, boost: -at })),
      validFor: /^[\w$]*$/,
    };
  }

  const explain = hoverTooltip(async ({ state }, pos) => {
    const found = await ask("inspect", state, pos);
    if (!found?.answer.found) return null;
    const dom = Object.assign(document.createElement("pre"), {
      className: "playground-explanation",
      textContent: found.answer.data["text/plain"],
    });
    return { pos, create: () => ({ dom }) };
  });

  const run = () => {
    onRun();
    return true;
  };
  const label = EditorView.contentAttributes.of({ "aria-label": "TypeScript code" });
  const extensions = [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run },
        { key: "Tab", run: completeByTab },
      ]),
    ),
    basicSetup,
    javascript({ typescript: true }),
    // Enter breaks the line unless a completion was chosen by an arrow.
    autocompletion({ override: [complete], selectOnOpen: false }),
    EditorView.updateListener.of(({ docChanged, state }) => docChanged && onEdit(state.doc.toString())),
    explain,
    syntaxHighlighting(HIGHLIGHTS),
    THEME,
    label,
  ];
  const stateOf = (doc) => EditorState.create({ doc, extensions });
  const view = new EditorView({ state: stateOf(""), parent });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(text) {
      view.setState(stateOf(text));
    },
    /** Marks errors: each has a line and a column, from 1, a width and a message. */
    mark(errors) {
      const diagnostics = errors.map(({ line, column, width, message }) => {
        const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
        const start = Math.min(at.from + column - 1, at.to);
        return { from: start, to: Math.min(start + width, at.to), severity: "error", message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    destroy: () => view.destroy(),
  };
}
