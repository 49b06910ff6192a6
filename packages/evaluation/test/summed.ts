import { sumField } from '../src/journal/journal-lines.ts'

/** A journal that was changed, with the checksums of what its lines say now. */
export function summed(text: string): string {
  const [header, ...lines] = text.trimEnd().split('\n')
  return [header, ...lines.map((line) => `${line.slice(0, -26)}${sumField(`${line.slice(0, -26)}}`)}`), ''].join('\n')
}
