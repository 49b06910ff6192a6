import { tell } from '../output/print.ts'

/** Says on a terminal what one may type next; scripts and logs are not told. @param words of the command, behind `kinemetric` */
export function nextStep(...words: readonly string[]): void {
  if (process.stderr.isTTY) tell(`next: kinemetric ${words.map(asWord).join(' ')}`)
}

/** As one word of a shell. */
function asWord(text: string): string {
  return /^[\w.,:@%+/=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
