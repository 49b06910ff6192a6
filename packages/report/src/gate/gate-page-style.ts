/** The page's only style: it stands alone, wherever it is kept. Colours are the site's. */
export const gatePageStyle = `
:root { color-scheme: light dark; --paper: #fcfbf8; --paper-2: #f4f2ec; --ink: #1b1a17; --ink-2: #57534a; --rule: #e3dfd4; --line: #8d8778; --for: #1c4f82; --against: #8a3b12 }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --paper-2: #1e2125; --ink: #e9e6df; --ink-2: #b3aea3; --rule: #2e3237; --line: #7b786f; --for: #93c0ea; --against: #f0a27a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif; overflow-wrap: anywhere }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--rule) }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem }
p, ul { margin: .5rem 0; max-width: 46rem }
.quiet, footer { color: var(--ink-2) }
.verdict { display: inline-block; padding: 0 .5em; border: 2px solid var(--line); border-radius: .3em }
.passed { color: var(--for); border-color: var(--for) }
.stopped { color: var(--against); border-color: var(--against) }
.scrolls { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: .4rem .75rem .4rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); vertical-align: top }
th { font-weight: 500; color: var(--ink-2) }
tbody th { color: var(--ink) }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left }
.pairs { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); list-style: none; padding: 0; max-width: none }
.pairs > li { background: var(--paper-2); padding: .75rem }
.pairs h4 { margin: 0; font-size: .95rem }
.pairs p { margin: .25rem 0; font-size: .9rem }
.sides { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .25rem; margin-top: .5rem }
.sides figure { margin: 0 }
figcaption { font-size: .8rem; color: var(--ink-2) }
video, .strip { display: block; width: 100%; height: auto; background: var(--rule) }
svg { display: block; width: 100%; max-width: 30rem; height: auto; margin: .5rem 0 }
svg .axis { stroke: var(--line) } svg .bar { stroke: var(--for); stroke-width: 6 } svg .margin { stroke: var(--against); stroke-width: 2; stroke-dasharray: 4 3 }
svg circle { fill: var(--ink) } svg text { fill: var(--ink-2); font-size: 12px }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr, th, td { display: block; width: auto }
  tr { padding: .75rem 0; border-bottom: 1px solid var(--rule) }
  th, td, th:first-child, td:last-child { border: 0; padding: .1rem 0; text-align: left; white-space: normal }
  td::before { content: attr(data-title) ': '; color: var(--ink-2) }
}
`
