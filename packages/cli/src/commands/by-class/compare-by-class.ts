import { compareClasses } from '@kinemetric/evaluation'
import { classComparisonsText } from '@kinemetric/report'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print, warn } from '../../output/print.ts'
import { startProgress } from '../../output/progress.ts'
import { terminalStyle } from '../../output/terminal.ts'

/** What comparisons by class are asked for with. */
export interface CompareByClassFlags {
  by?: string
  labels?: string
  minClips?: number
  methods?: string[]
  metrics?: string[]
  alpha?: number
  draws?: number
  seed?: number
  json?: boolean
  quiet?: boolean
}

/** Says which methods of a results folder can be told apart within each class of clips. */
export async function printComparedClasses(results: string, flags: CompareByClassFlags): Promise<void> {
  const { by, labels, minClips, methods, metrics, alpha, draws, seed } = flags
  const progress = startProgress('compare', { quiet: flags.quiet })
  const compared = await interruptible(
    (signal) =>
      compareClasses(results, {
        by,
        labels,
        minClips,
        methods,
        metrics,
        alpha,
        draws,
        seed,
        signal,
        onWarning: warn,
        onClass: ({ at, of, name }) => progress.update(at, of, name),
      }),
    false,
  ).finally(() => progress.stop())
  if (flags.json) printJson(compared)
  else print(classComparisonsText(compared, { width: terminalStyle().width ?? 120 }))
}
