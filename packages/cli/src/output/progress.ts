import { createRequire } from 'node:module'
import type cliProgressModule from 'cli-progress'
import { Option } from 'commander'
import { tell, tellJson } from './print.ts'
import { inOneLine } from './visible.ts'

export interface Progress {
  /** @param failed how many of those that are done could not be */
  update(done: number, total: number, note?: string, failed?: number): void
  stop(): void
}

/** What commands with long work are asked. */
export interface ProgressChoice {
  quiet?: boolean | undefined
  /** `json`: a JSON line on stderr whenever a line is told, and all else that is said there as JSON lines (`tellAs`). Default `auto`. */
  progress?: 'auto' | 'json' | undefined
}

export function progressOption(): Option {
  return new Option(
    '--progress <kind>',
    'on stderr; json: a line of JSON a second, with rate, seconds left and failures, and warnings and errors as JSON lines too (default: auto, for people)',
  ).choices(['auto', 'json'])
}

/** How far work is. */
interface Standing {
  readonly done: number
  readonly total: number
  readonly failed: number
  readonly note: string
  /** Since the first one that was told; null where nothing has been done since. */
  readonly perSecond: number | null
  readonly secondsLeft: number | null
}

/**
 * Progress on stderr, with rate, time left and failures: a bar on a terminal; elsewhere a plain line when a tenth more is done or a minute has passed, so that logs
 * stay readable and pipes stay clean.
 */
export function startProgress(label: string, { quiet, progress = 'auto' }: ProgressChoice = {}): Progress {
  // Whoever asks for JSON reads it, whatever else is kept quiet.
  if (progress === 'json') return lineProgress((standing) => tellJson({ progress: label, ...standing }), 1_000, 0)
  if (quiet === true) return { update() {}, stop() {} }
  if (process.stderr.isTTY) return barProgress(label)
  return lineProgress(
    ({ done, total, note, ...standing }) =>
      tell(`${label}: ${done}/${total}${restText(standing)}${note === '' ? '' : ` ${note}`}`),
    60_000,
    0.1,
  )
}

/** What is known of work from when and how far it began: what was there before does not count as done. */
function standings(): (done: number, total: number, note: string, failed: number) => Standing {
  let begun: { readonly at: number; readonly done: number } | undefined
  return (done, total, note, failed) => {
    const now = performance.now()
    // A new total that begins below is other work.
    if (begun === undefined || done < begun.done) begun = { at: now, done }
    const seconds = (now - begun.at) / 1000
    const perSecond = done > begun.done && seconds > 0 ? (done - begun.done) / seconds : null
    const secondsLeft = perSecond === null ? null : Math.round((total - done) / perSecond)
    return { done, total, failed, note: inOneLine(note), perSecond: rounded(perSecond), secondsLeft }
  }
}

/** To three figures, which is more than is known. */
function rounded(rate: number | null): number | null {
  return rate === null ? null : Number(rate.toPrecision(3))
}

/** `, 2 failed, 3.1 a second, 4 min left`; nothing where nothing is known. */
function restText({ failed, perSecond, secondsLeft }: Pick<Standing, 'failed' | 'perSecond' | 'secondsLeft'>): string {
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(perSecond === null ? [] : [perSecond >= 1 ? `${perSecond} a second` : `${rounded(1 / perSecond)} s each`]),
    ...(secondsLeft === null || secondsLeft === 0 ? [] : [`${durationText(secondsLeft)} left`]),
  ]
  return parts.map((part) => `, ${part}`).join('')
}

/** `40 s`, `12 min`, `3 h 20 min`. */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const require = createRequire(import.meta.url)

function barProgress(label: string): Progress {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own type; loaded where there is a terminal to draw on
  const cliProgress = require('cli-progress') as typeof cliProgressModule
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {value}/{total}{rest} {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    cliProgress.Presets.shades_grey,
  )
  const standingOf = standings()
  let started = false
  return {
    update(done, total, note = '', failed = 0) {
      const standing = standingOf(done, total, note, failed)
      const shown = { note: standing.note, rest: restText(standing) }
      if (started) {
        bar.setTotal(total)
        bar.update(done, shown)
      } else {
        bar.start(total, done, shown)
        started = true
      }
    },
    stop() {
      if (started) bar.stop()
    },
  }
}

/** Tells when so much of the whole more is done or so long a time has passed, and at the end. */
function lineProgress(show: (standing: Standing) => void, everyMs: number, everyShare: number): Progress {
  const standingOf = standings()
  let lastShare = -1
  let lastTime = -Infinity
  return {
    update(done, total, note = '', failed = 0) {
      const standing = standingOf(done, total, note, failed)
      const share = total > 0 ? done / total : 0
      const now = performance.now()
      const isFar = everyShare > 0 && share - lastShare >= everyShare - 1e-9
      if (done < total && !isFar && now - lastTime < everyMs) return
      lastShare = share
      lastTime = now
      show(standing)
    },
    stop() {},
  }
}
