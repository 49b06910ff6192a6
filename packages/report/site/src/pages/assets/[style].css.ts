import board from '../../styles/board.css?raw'
import front from '../../styles/front.css?raw'
import base from '../../styles/base.css?raw'
import clip from '../../styles/clip.css?raw'
import controls from '../../styles/controls.css?raw'
import live from '../../styles/live.css?raw'
import dark from '../../styles/dark.css?raw'
import scores from '../../styles/scores.css?raw'
import table from '../../styles/table.css?raw'
import tokens from '../../styles/tokens.css?raw'
import player from '../../styles/player.css?raw'
import clips from '../../styles/clips.css?raw'
import print from '../../styles/print.css?raw'
import { model } from '../../model.ts'

/** What all pages share; beside it a page links the sheet of its kind: scores, the list of clips, the player, and that of sites which are served while they grow. */
const styles: Record<string, readonly string[]> = {
  site: [tokens, onScreens('screen', dark), ofDarkSystems(dark), base, table, controls, print],
  board: [scores, board],
  front: [front],
  list: [clips],
  player: [clip, player],
  ...(model.live === null ? {} : { live: [live] }),
}

export function getStaticPaths(): { params: { style: string } }[] {
  return Object.keys(styles).map((style) => ({ params: { style } }))
}

export function GET({ params }: { params: { style: string } }): Response {
  return new Response(styles[params.style].join('\n'))
}

/** The dark theme for readers whose system is dark and who chose none: CSS cannot name a block of declarations and use it twice. */
function ofDarkSystems(css: string): string {
  const rule = css.replace("[data-theme='dark']", ":not([data-theme='light'])")
  return onScreens('screen and (prefers-color-scheme: dark)', rule)
}

/** Paper is light, whatever the theme. */
function onScreens(which: string, css: string): string {
  return `@media ${which} {\n${css.replace(/^(?=.)/gm, '  ')}}\n`
}
