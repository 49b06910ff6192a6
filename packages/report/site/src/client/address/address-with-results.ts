/**
 * The address of a page as it stands, with the results that it shows (`r`), for who wants to see it again.
 * @param href as the browser has it
 * @param board digest of the results; '' where the page is of none
 */
export function addressWithResults(href: string, board: string): string {
  if (board === '') return href
  const [, page, query = '', place] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(href)!
  const kept = query.split('&').filter((part) => part !== '' && !part.startsWith('r='))
  return `${page}?${[...kept, `r=${board.slice(0, 8)}`].join('&')}${place}`
}
