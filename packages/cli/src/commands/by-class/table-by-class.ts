import { classScores } from '@kinemetric/evaluation'
import { renderClasses, type TableFormat } from '@kinemetric/report'
import { interruptible } from '../../output/interruptible.ts'
import { print, tell } from '../../output/print.ts'
import { terminalStyle } from '../../output/terminal.ts'

/** What a table by class is asked for with. */
export interface ByClassFlags {
  by?: string
  labels?: string
  minClips?: number
  methods?: string[]
  metrics?: string[]
  against?: string
  keep?: boolean
  sort?: string
}

/** Prints the scores of a results folder by class. @returns whether every record was readable */
export async function printByClass(results: string, flags: ByClassFlags, format: TableFormat): Promise<boolean> {
  let whole = true
  const { by, labels, minClips, methods, metrics, against, keep, sort } = flags
  const scores = await interruptible(
    (signal) =>
      classScores(results, {
        by,
        labels,
        minClips,
        methods,
        metrics,
        against,
        keep,
        signal,
        onWarning: (message) => {
          if (message.startsWith('left out: ')) whole = false
          tell(message.startsWith('left out: ') ? message : `warning: ${message}`)
        },
      }),
    false,
  )
  const { color, width } = terminalStyle()
  print(renderClasses(scores, { format, sort, color, width }), { styled: color })
  return whole
}
