/** What the front page shows of the README, as HTML. */
export interface FrontPieces {
  /** What it says first. */
  lede: string
  /** Its first commands, with the sentence behind them. */
  commands: string
  /** What stands between both: its picture. */
  picture: string
  /** What other tools do, with its heading. */
  others: string
}

/** @throws where the README has not the sections that the front page shows */
export function frontPieces(readme: string): FrontPieces {
  const [, lede = '', picture = ''] = /<\/h1>\s*(<p>[\s\S]*?<\/p>)([\s\S]*?)<h2/.exec(readme) ?? []
  const [, commands] = /^[\s\S]*?<\/h2>([\s\S]*?<\/p>)/.exec(sectionOf(readme, 'two-commands')) ?? []
  if (commands === undefined)
    throw new Error('README.md: expected commands and a sentence below “Two commands”, found none')
  return { lede, commands, picture, others: sectionOf(readme, 'beside-other-tools') }
}

/** From a heading of the second level to the next. */
function sectionOf(html: string, id: string): string {
  const section = html.split(/(?=<h2)/).find((part) => part.startsWith(`<h2 id="${id}"`))
  if (section === undefined)
    throw new Error(`README.md: expected a section #${id} for the front page of the documentation, found none`)
  return section
}
