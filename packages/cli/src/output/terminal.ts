/**
 * How a table is printed here: in colour on a terminal that wants it, as wide as that is. `NO_COLOR` (https://no-color.org) says that none is wanted; `FORCE_COLOR` that it is
 * wanted whatever the output is (0: none), and goes before it, as in Node itself.
 */
export function terminalStyle(): { color: boolean; width: number | undefined } {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = process.env
  const color =
    forced === undefined ? process.stdout.isTTY && !none && terminal !== 'dumb' : !['0', 'false'].includes(forced)
  return { color, width: process.stdout.columns }
}
