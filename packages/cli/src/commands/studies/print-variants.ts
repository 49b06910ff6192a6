import type { Move, StudyVariants, VariantOutcome } from '@kinemetric/studies'
import { print, printColumns } from '../../output/print.ts'

/** Prints how far each number of a table moves with each variant, a table a protocol and metric: its first row is as the benchmark has it. */
export function printVariants({ outcomes, file }: StudyVariants): void {
  const scored = outcomes.filter(({ moves }) => moves.length > 0)
  const all = scored.flatMap((outcome) => outcome.moves.map((move) => ({ outcome, move })))
  for (const same of Map.groupBy(all, ({ move }) => `${move.protocol} ${move.metric}`).values()) {
    const [{ move }] = same
    const methods = [...new Map(same.map((each) => [each.move.method, each.move])).values()]
    print(`${move.label} (${move.protocol})`)
    printColumns(
      [
        ['', ...methods.map(({ name }) => name)],
        ['as the benchmark has it', ...methods.map((each) => number(each.before, each.decimals))],
        ...[...Map.groupBy(same, ({ outcome }) => outcome)].map(([{ id, says }, moves]) => [
          `${id}: ${says}`,
          ...methods.map(({ method }) => moveText(moves.find((each) => each.move.method === method)?.move)),
        ]),
      ],
      'numbers',
    )
    print('')
  }
  printOthers(outcomes, 'no weights', 'not scored, for weights that are not here')
  printOthers(outcomes, 'to make', 'to be made first, each with its own clips')
  print(`variants: ${file}`)
}

function printOthers(outcomes: readonly VariantOutcome[], state: VariantOutcome['state'], title: string): void {
  const those = outcomes.filter((outcome) => outcome.state === state)
  if (those.length === 0) return
  print(`${title}:`)
  for (const { id, question, says, command } of those)
    print(`  ${id}: ${says} (${question})${command === null ? '' : `\n    ${command}`}`)
  print('')
}

function moveText(move: Move | undefined): string {
  if (move === undefined) return '–'
  if (move.move === null) return move.after === null ? '–' : number(move.after, move.decimals)
  const sign = move.move > 0 ? '+' : ''
  // Smaller than what is printed is not nothing.
  const text = number(move.move, move.decimals)
  return Number(text) === 0 && move.move !== 0 ? `${sign}${move.move.toExponential(1)}` : `${sign}${text}`
}

function number(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals)
}
