/** `8,667`: a number of things. */
export function countText(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 clip`, `8,667 clips`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `A`, `A and B`, `A, B and C`; beyond `most` names `A, B, C and 5 more`. */
export function listed(names: readonly string[], most = Infinity): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** `83 %`; what is not all is never 100 %, what is not nothing never 0 %. */
export function shareText(share: number): string {
  const percent = Math.round(100 * share)
  if (percent === 100 && share < 1) return '> 99 %'
  if (percent === 0 && share > 0) return '< 1 %'
  return `${percent} %`
}
