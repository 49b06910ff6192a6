/** How many of what is done was there already: `1 was there`, `3 were there`. */
export function wereThere(count: number): string {
  return `${count} ${count === 1 ? 'was' : 'were'} there`
}
