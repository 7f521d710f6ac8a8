/** The style sheet of a report's page: light or dark as the reader's screen, light on paper, and charts that fit a phone. */
import { paletteRules } from "../rendering/ground";
import { DARK, LIGHT } from "../rendering/theme";

/** Below this width of the page the narrow pictures are shown, in pixels. */
const NARROW = 720;

/** Pictures are drawn light; on a dark screen each colour of the palette is replaced by its counterpart. */
export const STYLE: string = `
:root { --ground: ${LIGHT.background}; --text: ${LIGHT.foreground}; --caption: ${LIGHT.caption}; --line: ${LIGHT.grid}; --band: ${LIGHT.band}; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 24px 48px; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 1.2rem; margin: 40px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
h1 + section > h2, h1 + .aside + section > h2 { border-top: 0; margin-top: 8px; padding-top: 0; }
p, ul, dl, figure, pre, details, .table { margin: 12px 0; }
ul { padding-left: 1.3em; }
code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.88em; unicode-bidi: isolate; }
p code, li code { background: var(--band); border-radius: 3px; padding: 1px 4px; }
pre { background: var(--band); border-radius: 6px; padding: 12px 16px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
dl { display: flex; flex-wrap: wrap; gap: 12px 32px; background: var(--band); border-radius: 6px; padding: 12px 16px; }
dt { color: var(--caption); font-size: 0.8rem; }
dd { margin: 0; font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.lights { list-style: none; padding: 0; }
.lights > li { margin: 4px 0; }
.lights span { white-space: normal !important; margin-right: 0 !important; }
.aside { color: var(--caption); font-size: 0.9rem; }
summary { cursor: pointer; color: var(--caption); }
.table { overflow-x: auto; font-size: 0.88rem; overflow-wrap: normal; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 600; border-bottom: 1px solid var(--caption); vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); vertical-align: top; }
th, td { padding: 4px 12px 4px 0; unicode-bidi: isolate; }
.sentences table { white-space: normal !important; }
.sentences td { white-space: nowrap; }
.sentences td:first-child, .sentences td:last-child { white-space: normal; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; }
figure .narrow { display: none; }
@media screen and (max-width: ${NARROW}px) {
  main { padding: 16px 14px 32px; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
  figure .narrow svg { width: 100%; max-width: 420px; }
  .table { font-size: 0.82rem; }
  th, td { padding-right: 7px; }
  th, td:first-child { white-space: normal; }
  td:first-child { max-width: 38vw; overflow-wrap: anywhere; }
  .sentences thead { display: none; }
  .sentences tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .sentences td { display: inline; border: 0; }
  .sentences td:first-child { font-weight: 600; max-width: none; }
  .sentences td:last-child { display: block; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ground: ${DARK.background}; --text: ${DARK.foreground}; --caption: ${DARK.caption}; --line: ${DARK.grid}; --band: ${DARK.band}; }
${paletteRules()}
}
@media print {
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .table, pre { overflow: visible; }
  figure, tr, dl { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
