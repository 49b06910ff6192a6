import cliProgress from 'cli-progress'
import { tell } from './print.ts'
import { inOneLine } from './visible.ts'

export interface Progress {
  update(done: number, total: number, note?: string): void
  stop(): void
}

/**
 * Progress on stderr: a bar on a terminal; elsewhere a plain line when a tenth more is done or ten seconds have
 * passed, so that logs stay readable and pipes stay clean.
 */
export function startProgress(label: string, options: { quiet?: boolean | undefined } = {}): Progress {
  if (options.quiet) return { update() {}, stop() {} }
  return process.stderr.isTTY ? barProgress(label) : lineProgress(label)
}

function barProgress(label: string): Progress {
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {value}/{total} {note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    cliProgress.Presets.shades_grey,
  )
  let started = false
  return {
    update(done, total, note = '') {
      if (started) {
        bar.setTotal(total)
        bar.update(done, { note: inOneLine(note) })
      } else {
        bar.start(total, done, { note: inOneLine(note) })
        started = true
      }
    },
    stop() {
      if (started) bar.stop()
    },
  }
}

function lineProgress(label: string): Progress {
  let lastShare = -1
  let lastTime = 0
  return {
    update(done, total, note = '') {
      const share = total > 0 ? done / total : 0
      const now = Date.now()
      if (done < total && share - lastShare < 0.1 && now - lastTime < 10_000) return
      lastShare = share
      lastTime = now
      tell(`${label}: ${done}/${total}${note ? ` ${inOneLine(note)}` : ''}`)
    },
    stop() {},
  }
}
