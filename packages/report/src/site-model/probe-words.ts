import type { ProbeObjectRow, ProbePairRow } from '@kinemetric/records'

/** What should happen to an object and what does, in words; `right` is null where nobody knows or nothing is scored. */
export interface ProbeWords {
  object: string
  should: string
  does: string
  right: boolean | null
}

/** The angle up to which an object goes where it should, degrees; as force propagation has it. */
const RIGHT_DIRECTION = 45

/** Of an object of a clip: who is hit should move, who is not should not. */
export function objectWords({ name, depth, moved, onset, generated }: ProbeObjectRow, fps: number | null): ProbeWords {
  const does = !generated.moved
    ? 'stands still'
    : `moves from frame ${generated.onset}${moved ? `${lateness(generated.onsetError, fps)}${off(generated.directionError)}` : ''}`
  if (depth !== null && depth >= 1 && moved) {
    const { directionError } = generated
    const right = generated.moved && directionError !== null && directionError < RIGHT_DIRECTION
    return { object: name, should: `is reached ${hits(depth)}; moves from frame ${onset}`, does, right }
  }
  if (depth === null && !moved)
    return { object: name, should: 'nothing reaches it; stands still', does, right: !generated.moved }
  const should = moved
    ? `moves from frame ${onset}, and nothing reaches it in these frames`
    : `is reached ${hits(depth ?? 1)} and hardly moves`
  return { object: name, should, does, right: null }
}

/** Of an object of a pair: who the missing driver would have reached should do something else, everyone else the same. */
export function pairWords({ name, kind, reach, known, generated }: ProbePairRow): ProbeWords {
  const { responds, effect, rightDirection, earlyLeak } = generated
  const apart = `${effect.toFixed(1)} px apart at most`
  const direction = rightDirection === null ? '' : rightDirection ? ', the right way' : ', the wrong way'
  const early = earlyLeak !== null && earlyLeak > 1 ? ', and before it would have been reached' : ''
  const does = responds ? `does otherwise (${apart}${direction})${early}` : `does the same (${apart})`
  if (kind === 'unaffected') return { object: name, should: 'does the same', does, right: !responds }
  const from = reach === null ? '' : ` from frame ${reach} on`
  if (kind === 'also')
    return {
      object: name,
      should: `is reached by another driver too, later than frame ${reach}: nobody knows`,
      does,
      right: null,
    }
  const sure = known ? '' : ' (goes on as before, as far as anybody knows)'
  return { object: name, should: `does otherwise${from}${sure}`, does, right: responds }
}

function hits(depth: number): string {
  return depth === 1 ? 'by a driver' : `${depth} hits after a driver`
}

function lateness(seconds: number | null, fps: number | null): string {
  if (seconds === null || seconds === 0) return ''
  const amount = fps === null ? `${Math.abs(seconds)} frames` : `${Math.abs(seconds).toFixed(2)} s`
  return ` (${amount} ${seconds > 0 ? 'late' : 'early'})`
}

function off(degrees: number | null): string {
  return degrees === null ? '' : `, ${Math.round(degrees)}° off`
}
