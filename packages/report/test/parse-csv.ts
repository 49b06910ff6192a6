/** A plain RFC 4180 reader, so that the writer is not tested with itself. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]]
  let field = ''
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (quoted) {
      if (character !== '"') field += character
      else if (text[index + 1] === '"') field += text[index++]
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',' || character === '\r') {
      lines.at(-1)!.push(field)
      field = ''
      if (character === '\r') {
        index++
        lines.push([])
      }
    } else field += character
  }
  lines.pop()
  return lines
}
