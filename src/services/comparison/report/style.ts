/**
 * The report's style: the tokens of the light theme, those of the dark one where the reader's system asks for it,
 * and paper when it is printed. Plots and pictures keep their dark ground in all of them.
 * @param font the typeface as a data URI
 */
export const reportStyle = (font: string): string => `
@font-face { font-family: Inter; font-weight: 100 900; src: url(${font}) format("woff2"); }
:root { color-scheme: light dark; --page: #f6f6f7; --well: #eceded; --line: #d0d3d6; --text: #17191b; --label: #43474b; --hint: #565b60; --link: #3443b8; --warn: #7a5200; }
@media (prefers-color-scheme: dark) {
  :root { --page: #161718; --well: #1d1f20; --line: #34373a; --text: #ececec; --label: #b0b4b8; --hint: #9ca1a6; --link: #aab6ff; --warn: #e8c07a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 13px/19px Inter, "Segoe UI", "Noto Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, header { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 24px; line-height: 32px; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; line-height: 22px; font-weight: 600; margin: 0 0 4px; }
h3 { font-size: 13px; line-height: 18px; font-weight: 600; margin: 16px 0 4px; }
p { margin: 0 0 8px; max-width: 80ch; }
a { color: var(--link); }
section { border-top: 1px solid var(--line); padding: 20px 0; margin-top: 20px; }
.quiet { color: var(--hint); }
.label { color: var(--label); }
.verdict { font-size: 15px; line-height: 22px; }
.verdicts { margin: 0 0 8px; padding-left: 18px; max-width: 90ch; }
.verdicts li { margin-bottom: 4px; }
.use { color: var(--warn); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 12px; line-height: 16px; }
th, td { padding: 5px 10px 5px 0; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th { color: var(--hint); font-weight: 500; }
th:first-child, td:first-child, .left { text-align: left; }
tbody th { color: var(--text); font-weight: 400; text-align: left; }
td small, th small { color: var(--hint); font-size: 11px; white-space: nowrap; }
.case { overflow-wrap: anywhere; min-width: 140px; }
.best { font-weight: 700; text-decoration: underline; text-underline-offset: 3px; }
.badge { display: inline-block; width: 16px; height: 16px; margin-right: 8px; vertical-align: -3px; }
.bar { display: block; width: 72px; height: 3px; margin: 3px 0 0 auto; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; margin-top: 12px; }
.thirds { grid-template-columns: repeat(3, minmax(0, 1fr)); }
figure { margin: 0; min-width: 0; }
figure.dark { background: #161718; color: #b0b4b8; padding: 12px; }
figure.dark > figcaption { color: #ececec; margin-bottom: 6px; }
figure.dark > figcaption small { color: #9ca1a6; font-size: 11px; }
.plot { display: block; width: 100%; height: auto; font-family: inherit; }
.matrix { max-width: 420px; }
.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 2px; margin: 4px 0 16px; }
.strip img { display: block; width: 100%; height: auto; background: #000; aspect-ratio: 1; }
.strip figcaption { font-size: 12px; line-height: 16px; padding-top: 4px; }
.strips img { display: block; width: 100%; max-width: 88px; height: auto; background: #000; aspect-ratio: 1; }
.strips td, .strips th { padding: 3px 4px 3px 0; vertical-align: top; }
.strips thead th { text-align: left; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 8px; padding: 0; list-style: none; color: var(--label); font-size: 12px; }
.legend svg { width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; font-size: 12px; line-height: 17px; }
dt { color: var(--label); } dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 11px; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--label); padding: 4px 0; }
footer { padding: 16px 0 40px; color: var(--hint); }
@media (max-width: 860px) { .grid, .thirds { grid-template-columns: minmax(0, 1fr); } main, header { padding-left: 16px; padding-right: 16px; } }
@page { size: A4; margin: 14mm 12mm; }
@media print {
  :root { --page: #fff; --well: #fff; --line: #c6cacd; --text: #17191b; --label: #43474b; --hint: #565b60; --link: #17191b; --warn: #7a5200; }
  body { font-size: 10.5px; line-height: 15px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header { max-width: none; padding: 0; }
  header { padding-top: 0; }
  h1 { font-size: 20px; line-height: 26px; } .verdict { font-size: 12px; line-height: 17px; }
  table { font-size: 9.5px; line-height: 13px; } td small, th small { font-size: 9px; }
  th, td { padding: 3px 6px 3px 0; }
  section { padding: 12px 0; margin-top: 12px; }
  .grid { grid-template-columns: minmax(0, 1fr); }
  .thirds { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .strip { grid-template-columns: repeat(5, minmax(0, 1fr)); margin-bottom: 8px; }
  .strip figcaption { font-size: 9px; line-height: 12px; }
  .scroll { overflow: visible; }
  .matrix { max-width: 280px; }
  h2, h3, h2 + .quiet, .quiet + .legend { break-after: avoid; }
  figure, .strip, tr, .together { break-inside: avoid; }
  thead { display: table-header-group; }
  details, .unfolded { display: none; }
}
`;
