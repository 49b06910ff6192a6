import { diffRecords, type RecordDifference, type ScoreDifference } from '@kinemetric/evaluation'
import { countOf } from '@kinemetric/files'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { print, printColumns, warn } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { inOneLine } from '../../output/visible.ts'

/** `kinemetric diff A B`: why two records say different numbers. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<a>', 'a record: <results>/<protocol>/<method>.json, or a results folder with one')
    .argument('<b>', 'another one, of the same method or of another')
    .option('--exit-code', 'end with 1 where a score differs (default: 0 where both could be read)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric diff results/ssv2-256x384/interdyn.json theirs/ssv2-256x384/interdyn.json
  kinemetric diff before.json after.json --exit-code --json`,
    )
    .action(async (a: string, b: string, flags: { json?: boolean; exitCode?: boolean }) => {
      const found = await diffRecords(a, b)
      if (flags.json) printJson(found)
      else printDifference(found)
      for (const warning of found.warnings) warn(inOneLine(warning))
      settle(flags.exitCode === true && !found.same ? exitCode.someFailed : exitCode.done)
    })
}

/** So many clips are named; --json has all. */
const mostNamed = 5

function printDifference({ a, b, same, fields, clips, scores, causes }: RecordDifference): void {
  print(`A  ${a.method} under ${a.protocol}: ${a.path}\nB  ${b.method} under ${b.protocol}: ${b.path}\n`)
  const rows = scores.map((score) => [
    score.label,
    recipeText(score),
    valueText(score.value.a),
    valueText(score.value.b),
    changeText(score),
    clipsText(score),
  ])
  const header = ['score', 'recipe', 'A', 'B', 'B − A', 'clips']
  printColumns([header, ...rows])
  for (const { label, signature } of scores)
    for (const { field, a: x, b: y } of signature)
      print(`${label}: ${field} is ${x ?? 'not there'} in A, ${y ?? 'not there'} in B`)
  print('')
  if (clips === null) print('clips: one of the records does not say which frames it scored')
  else {
    print(`clips: ${countOf(clips.both, 'clip')} in both`)
    for (const [what, list] of Object.entries({
      'in A alone': clips.onlyA,
      'in B alone': clips.onlyB,
      'with other reference frames': clips.reference,
      'with other generated frames': clips.generated,
    }))
      if (list.length > 0) print(`  ${list.length} ${what}: ${namesText(list)}`)
  }
  if (fields.length > 0) print('\nmade with')
  for (const { field, a: x, b: y } of fields) print(`  ${field}: ${x ?? 'not there'} in A, ${y ?? 'not there'} in B`)
  print(
    same
      ? '\nEvery score is the same.'
      : `\nWhat can have changed them:\n${causes.map((cause) => `  - ${cause}`).join('\n')}`,
  )
}

function recipeText({ recipe }: ScoreDifference): string {
  const { a, b } = recipe
  return a === b ? (a ?? '') : `${a ?? 'none'} → ${b ?? 'none'}`
}

function valueText(value: number | null): string {
  return value === null ? '-' : value.toPrecision(7)
}

function changeText({ value, signature }: ScoreDifference): string {
  if (value.a === null || value.b === null) return ''
  if (signature.length > 0) return 'not of one kind'
  return Object.is(value.a, value.b) ? 'the same' : (value.b - value.a).toPrecision(4)
}

function clipsText({ clips }: ScoreDifference): string {
  if (clips === undefined) return ''
  if (clips.changed === 0) return `the same on ${clips.both}`
  const { clip, a, b } = clips.largest!
  return `${clips.changed} of ${clips.both} differ, most ${clip}: ${valueText(a)}, ${valueText(b)}`
}

function namesText(clips: readonly string[]): string {
  return `${clips.slice(0, mostNamed).join(', ')}${clips.length > mostNamed ? ', …' : ''}`
}
