import { formatNumber } from '../../../../../src/board/format-score.ts'
import type { PlayerClip, PlayerCurve } from './player-clip.ts'

/** A side's value of a frame, one digit more than the metric's: neighbouring frames differ by little. `none` where it has none. */
export function frameValue(curve: PlayerCurve, side: string, frame: number): string {
  const value = curve.bySide.get(side)?.[frame]
  return value === undefined || !Number.isFinite(value) ? 'none' : formatNumber(value, curve.decimals + 1)
}

export function clipValue(curve: PlayerCurve, side: string): string {
  const value = curve.ofClip.get(side)
  return value === undefined || !Number.isFinite(value) ? 'none' : formatNumber(value, curve.decimals)
}

/** `LPIPS InterDyn 0.214, Seer 0.480`, of the sides that are shown; '' where the metric has no frame values of them. */
export function valuesWords(
  clip: PlayerClip,
  curve: PlayerCurve | null,
  tiles: readonly string[],
  frame: number,
): string {
  if (curve === null) return ''
  if (clip.excluded.includes(frame)) return `${curve.label}: this frame is not scored`
  const values = clip.sides
    .filter(({ key }) => tiles.includes(key) && curve.bySide.has(key))
    .map(({ key, name }) => `${name} ${frameValue(curve, key, frame)}`)
  return values.length === 0 ? '' : `${curve.label} ${values.join(', ')}`
}

/** Said where every video that is shown ends before a frame, '' where one does not. @param lengths frames of each video, null where it is not known */
export function shortWords(frame: number, lengths: readonly (number | null)[]): string {
  const known = lengths.filter((length) => length !== null)
  if (known.length === 0 || known.length < lengths.length || known.some((length) => length > frame)) return ''
  return `every video shown ends before this frame, the longest has ${Math.max(...known)}`
}

/** How playing falls behind: `every 2nd frame`; '' where it keeps up. */
export function skipWords(steps: readonly number[]): string {
  if (steps.length < 4) return ''
  const step = Math.round(steps.reduce((sum, each) => sum + each, 0) / steps.length)
  if (step < 2) return ''
  const ending = step === 2 ? 'nd' : step === 3 ? 'rd' : 'th'
  return `every ${step}${ending} frame`
}
