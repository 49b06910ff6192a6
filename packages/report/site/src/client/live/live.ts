// Under `report serve`: asks the server every other second how far runs are and whether the results changed, and says so above the page. A site that is published has
// no such script.
import type { LiveStatus } from '../../../../src/site-serve/live-status.ts'
import { LiveBar } from '../page/live-bar.ts'

const everyMs = 2000
/** A server that does not answer is asked less and less often. */
const mostMs = 30_000

const address = document.currentScript?.dataset.status ?? ''
const own = document.documentElement.dataset.build ?? ''

/** Whether somebody used this page since it was opened: then it stays until he asks. */
let isUsed = false
for (const name of ['pointerdown', 'keydown'])
  addEventListener(name, () => void (isUsed = true), { capture: true, passive: true })

const bar = new LiveBar(() => location.reload())
let wait = everyMs
let timer: ReturnType<typeof setTimeout> | undefined

async function look(): Promise<void> {
  clearTimeout(timer)
  try {
    const response = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(mostMs) })
    const status: unknown = await response.json()
    if (!isStatus(status)) throw new TypeError('no status')
    wait = everyMs
    if (status.build !== own && mayReload()) return location.reload()
    bar.show(status, status.build !== own)
  } catch {
    wait = Math.min(mostMs, wait * 2)
    bar.lost()
  }
  // Nobody looks at a hidden page; it asks when it is seen again.
  if (!document.hidden) timer = setTimeout(() => void look(), wait)
}

/** A page that shows no video, on which nothing was pressed. What is drawn stays too: a list that was scrolled would begin anew. */
function mayReload(): boolean {
  return !isUsed && document.querySelector('video, canvas, dialog[open]') === null
}

function isStatus(value: unknown): value is LiveStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    'build' in value &&
    typeof value.build === 'string' &&
    'runs' in value &&
    Array.isArray(value.runs) &&
    value.runs.every((text) => typeof text === 'string')
  )
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void look()
})
void look()
