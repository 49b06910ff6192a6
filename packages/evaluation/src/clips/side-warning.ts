import type { WarningCode } from '@kinemetric/video'

/** What has to be known of one side of a clip although it could be scored: what decoding found odd, and other rates than the other side's. */
export interface SideWarning {
  side: 'generated' | 'reference'
  code: WarningCode | 'frame-rate'
  message: string
}

/** Rates within this share of one another are one (29.97 and 30). */
const SAME_RATE = 0.01

/** The warning that two sides say different rates, in frames a second; undefined where they do not, or where one of them says none. */
export function rateWarning(
  generated: number | undefined,
  reference: number | null | undefined,
): SideWarning | undefined {
  if (generated === undefined || reference === undefined || reference === null) return undefined
  if (Math.abs(generated / reference - 1) <= SAME_RATE) return undefined
  const message = `${inWords(generated)} frames a second, ${inWords(reference)} in the reference; frames are paired one by one all the same`
  return { side: 'generated', code: 'frame-rate', message }
}

function inWords(rate: number): string {
  return String(Number(rate.toFixed(3)))
}
