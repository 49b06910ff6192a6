import type { Score } from '@kinemetric/records'

export function intervalText(interval: Score['interval']): string {
  return interval === null ? 'none' : `[${interval.low}, ${interval.high}] at ${interval.level} by ${interval.method}`
}

export function expected(wanted: unknown, found: unknown): string {
  return `expected ${String(wanted)}, found ${String(found)}`
}
