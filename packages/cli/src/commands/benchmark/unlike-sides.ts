import type { KinemetricRecord } from '@kinemetric/records'
import { tell } from '../../output/print.ts'

/** What is wrong with a clip whose two sides are not of one length, rate or size. */
const reasons = new Set(['too-few-frames', 'too-many-frames', 'wrong-size', 'unsupported-fps'])

/** Of two folders whose sides do not fit, says which protocol makes them fit: nothing is cut or resized unasked. */
export function tellOfUnlikeSides(records: readonly Pick<KinemetricRecord, 'protocol' | 'failures'>[]): void {
  const are = records.some(
    ({ protocol, failures }) => protocol.id === 'as-is' && failures.some(({ reason }) => reasons.has(reason)),
  )
  if (!are) return
  tell(
    'as-is compares every frame at its own size. To cut or resize both sides: kinemetric protocol init --from as-is > mine.json, set its window or geometry, and score with --protocol mine.json',
    'note',
  )
}
