import board from '../../styles/board.css?raw'
import base from '../../styles/base.css?raw'
import clip from '../../styles/clip.css?raw'
import dark from '../../styles/dark.css?raw'
import table from '../../styles/table.css?raw'
import tokens from '../../styles/tokens.css?raw'
import player from '../../styles/player.css?raw'
import clips from '../../styles/clips.css?raw'
import print from '../../styles/print.css?raw'

/** One stylesheet for all pages, beside them and linked relatively. */
export function GET(): Response {
  return new Response([tokens, dark, ofDarkSystems(dark), base, table, board, clip, clips, player, print].join('\n'))
}

/** The dark theme for readers whose system is dark and who chose none: CSS cannot name a block of declarations and use it twice. */
function ofDarkSystems(css: string): string {
  const rule = css.replace("[data-theme='dark']", ":not([data-theme='light'])")
  return `@media (prefers-color-scheme: dark) {\n${rule.replace(/^(?=.)/gm, '  ')}}\n`
}
