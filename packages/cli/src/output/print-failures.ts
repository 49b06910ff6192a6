import { countOf } from '@kinemetric/files'
import { tell } from './print.ts'
import { inOneLine } from './visible.ts'

/** What is said of one clip. */
export interface SaidOfClip {
  clip: string
  /** Of a clip with several samples, which. */
  sample?: string | number | undefined
  reason?: string | undefined
  message: string
}

/** Of clips that share a reason, so many are named. */
const NAMED = 5

/**
 * Says on stderr which clips failed: a line each, and where many share a reason one line for all of them with their number and the first five names.
 * @param details where all of them are listed
 */
export function printFailures(failures: readonly SaidOfClip[], details?: string): void {
  printOfClips('failed', failures, details)
}

/** The same for warnings. */
export function printWarnings(warnings: readonly SaidOfClip[], details?: string): void {
  printOfClips('warning', warnings, details)
}

function printOfClips(word: 'failed' | 'warning', all: readonly SaidOfClip[], details: string | undefined): void {
  const hint = details === undefined ? '' : ` (${details} lists them)`
  for (const same of Map.groupBy(all, ({ reason, message }) => reason ?? message).values()) {
    const [{ reason, message }] = same
    const more = same.length - NAMED
    if (more > 0 && same.every((each) => each.message === message)) {
      const names = same.slice(0, NAMED).map(nameOf)
      tell(
        `${countOf(same.length, 'clip')}: ${said(reason, message)}: ${names.join(', ')} and ${more} more${hint}`,
        word,
      )
      continue
    }
    for (const each of same.slice(0, NAMED)) tell(`${nameOf(each)}: ${said(reason, each.message)}`, word)
    if (more > 0) tell(`and ${countOf(more, 'more clip')}${reason === undefined ? '' : `: ${reason}`}${hint}`, word)
  }
}

function nameOf({ clip, sample }: SaidOfClip): string {
  return inOneLine(sample === undefined ? clip : `${clip}@${sample}`)
}

function said(reason: string | undefined, message: string): string {
  return `${reason === undefined ? '' : `${reason}: `}${inOneLine(message)}`
}
