import { explainScores, type ScoresExplanation } from '@kinemetric/evaluation'
import type { MetricSpec } from '@kinemetric/metrics'
import { cliError } from '../../output/cli-error.ts'
import { exitCode, type Outcome } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, printColumns, tell } from '../../output/print.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { sourceOf } from './explain-clip.ts'
import type { ExplainFlags } from './explain-flags.ts'
import { settingText } from './setting-text.ts'

/** `kinemetric explain <metric>` of a score that is made of all clips together: every recipe and every choice of its settings. */
export async function explainOneScore(metric: MetricSpec, flags: ExplainFlags): Promise<Outcome> {
  const { record, protocol, sample, tracker, exclude, checkpoint } = flags
  for (const [name, value] of Object.entries({ record, protocol, sample, tracker, exclude, checkpoint }))
    if (value !== undefined)
      throw cliError('bad-option', `--${name}`, { expected: `none with ${metric.id}`, found: String(value) })
  const reference = await sourceOf(flags.reference)
  if (reference === undefined) throw cliError('bad-option', '--reference', { expected: 'a manifest', found: 'none' })
  const progress = startProgress('explain', { quiet: flags.quiet })
  const explanation = await interruptible((signal) =>
    explainScores({
      metric,
      reference,
      generated: flags.generated,
      signal,
      onProgress: (event) => {
        if (event.kind === 'clip') progress.update(event.done, event.total, event.clip)
      },
    }),
  ).finally(() => progress.stop())
  if (flags.json) printJson(explanation)
  else printScores(explanation)
  printFailures(explanation.failures)
  if (explanation.scores.every(({ value }) => value === null)) {
    tell('no recipe has a value', 'error')
    return exitCode.badInput
  }
  return explanation.failures.length > 0 ? exitCode.someFailed : exitCode.done
}

function printScores({ metric, defaultRecipe, scores, clips }: ScoresExplanation): void {
  print(`${metric} of ${clips.scored} of ${clips.total} clips; * is the default, the others are held against it\n`)
  const header = ['recipe', 'value', 'parts at', 'due to measuring', 'due to formula']
  const rows = scores.map((score) => [
    `${score.recipe === defaultRecipe ? '*' : ' '} ${score.recipe}`,
    shown(score.value),
    score.partsAt,
    shown(score.dueToMeasuring),
    shown(score.dueToFormula),
  ])
  printColumns([header, ...rows], 'numbers')
  print('')
  for (const { recipe, differs, reason } of scores) {
    const parts = Object.entries(differs).map(
      ([name, [base, own]]) => `${name} ${settingText(own)} instead of ${settingText(base)}`,
    )
    if (parts.length > 0) print(`${recipe}: ${parts.join('; ')}`)
    if (reason !== undefined) print(`${recipe}: no value: ${reason}`)
  }
}

function shown(value: number | null): string {
  return value === null ? '-' : value.toFixed(4)
}
