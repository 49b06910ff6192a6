import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What all pages share; beside it a page links the sheet of its kind: scores, the list of clips, the player, and that of sites which are served while they grow. */
const sheets: Readonly<Record<string, readonly string[]>> = {
  site: ['tokens', 'dark', 'base', 'table', 'controls', 'print'],
  board: ['scores', 'board'],
  front: ['front'],
  list: ['clips'],
  player: ['clip', 'player'],
  'live/live': ['live'],
}

/** The style sheets of a site, as they were written, by their names in its `assets`. */
export async function styleSheets(): Promise<{ name: string; css: string }[]> {
  const made = Object.entries(sheets).map(async ([name, parts]) => {
    const texts = parts.map(async (part) => {
      const css = await readFile(join(import.meta.dirname, 'src', 'styles', `${part}.css`), 'utf8')
      return part === 'dark' ? `${onScreens('screen', css)}\n${ofDarkSystems(css)}` : css
    })
    return { name: `${name}.css`, css: (await Promise.all(texts)).join('\n') }
  })
  return Promise.all(made)
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
