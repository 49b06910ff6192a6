import type { EvaluateProgress } from '@kinemetric/evaluation'
import { countOf, sizeText } from '@kinemetric/files'
import { tell, warn } from '../../output/print.ts'
import type { ProgressChoice, startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'

type Flags = ProgressChoice & { quiet?: boolean | undefined }

/** Less than this is on every disk. */
const worthSaying = 100e6

/** Shows what an evaluation tells, counting its failures. */
export function shower(progress: ReturnType<typeof startProgress>, flags: Flags): (event: EvaluateProgress) => void {
  let failed = 0
  return (event) => {
    if (event.kind === 'clip' && event.failure !== undefined) failed++
    show(event, progress, flags, failed)
  }
}

function show(event: EvaluateProgress, progress: ReturnType<typeof startProgress>, flags: Flags, failed: number): void {
  switch (event.kind) {
    case 'start':
      if (event.resumed > 0 && !flags.quiet)
        tell(
          `going on: of ${countOf(event.total, 'clip')} ${event.resumed} ${event.resumed === 1 ? 'was' : 'were'} scored before`,
        )
      progress.update(event.resumed, event.total)
      break
    case 'disk':
      if (!flags.quiet && event.bytes >= worthSaying) tell(`up to ${sizeText(event.bytes)} will be written`)
      break
    case 'clip':
      progress.update(event.done, event.total, event.clip, failed)
      break
    case 'stage':
      if (!flags.quiet && flags.progress !== 'json') tell(`score: computing ${event.stage}`)
      break
    case 'warning':
      warn(inOneLine(event.message))
      break
  }
}
