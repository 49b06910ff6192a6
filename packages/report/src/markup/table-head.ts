import { element, type Markup } from './element.ts'

/** The head of a table whose rows become cards on phones, a column a title. @param classOf of a column's head, by its place */
export function tableHead(
  titles: readonly string[],
  classOf: (at: number) => string | undefined = () => undefined,
): Markup {
  return element(
    'thead',
    { role: 'rowgroup' },
    element(
      'tr',
      { role: 'row' },
      titles.map((title, at) => element('th', { scope: 'col', role: 'columnheader', class: classOf(at) }, title)),
    ),
  )
}
