import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What all pages share; beside it a page links the sheet of its kind: scores, the list of clips, the player, that of sites which are served while they grow, the documentation's. */
const sheets = {
  site: ['tokens', 'dark', 'base', 'table', 'controls', 'print'],
  board: ['scores', 'board'],
  front: ['front'],
  list: ['clips'],
  player: ['clip', 'player'],
  'live/live': ['live'],
  docs: ['docs'],
} as const

/** A style sheet of a site, as it was written, by its name in its `assets`. */
export async function styleSheet(name: keyof typeof sheets): Promise<string> {
  const texts = sheets[name].map(async (part) => {
    const css = await readFile(join(import.meta.dirname, 'src', 'styles', `${part}.css`), 'utf8')
    return part === 'dark' ? `${onScreens('screen', css)}\n${ofDarkSystems(css)}` : css
  })
  return (await Promise.all(texts)).join('\n')
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
