/** How a table is printed here: in colour on a terminal that wants it, as wide as that is. */
export function terminalStyle(): { color: boolean; width: number | undefined } {
  return { color: process.stdout.isTTY && !process.env.NO_COLOR, width: process.stdout.columns }
}
