import { type ProbeNotes, probeNotesSchema, type ProbeObjectRow, type ProbePairRow } from '@kinemetric/records'
import type { MeasuredClip } from '../spec/measured-set.ts'

/** Largest angle, degrees, at which an object still goes where it should: within the quarter circle around the true direction. */
export const RIGHT_DIRECTION = 45

/** What probes kept of a clip, a sample each; none where it has no scene. */
export function notesOf({ notes }: Pick<MeasuredClip, 'notes'>): ProbeNotes[] {
  return notes === undefined ? [] : probeNotesSchema.array().parse(notes)
}

/** Objects that force reaches and that move in the truth. */
export function reached({ objects }: ProbeNotes): ProbeObjectRow[] {
  return objects.filter(({ depth, moved }) => depth !== null && depth >= 1 && moved)
}

/** Objects that force never reaches and that stand still in the truth. */
export function still({ objects }: ProbeNotes): ProbeObjectRow[] {
  return objects.filter(({ depth, moved }) => depth === null && !moved)
}

/** Objects of pairs that the driver alone reaches. */
export function affected({ pairs }: ProbeNotes): ProbePairRow[] {
  return pairs.filter(({ kind }) => kind === 'affected')
}

/** Objects of pairs that it never reaches. */
export function unaffected({ pairs }: ProbeNotes): ProbePairRow[] {
  return pairs.filter(({ kind }) => kind === 'unaffected')
}

/** Share of the rows that are so; NaN of none. */
export function shareOf<Row>(rows: readonly Row[], is: (row: Row) => boolean): number {
  return rows.length === 0 ? Number.NaN : rows.filter(is).length / rows.length
}

/** The same; null of none. */
export function shareOrNull<Row>(rows: readonly Row[], is: (row: Row) => boolean): number | null {
  return rows.length === 0 ? null : shareOf(rows, is)
}

/** How many objects that the driver alone reaches the scene's pairs have, those whose video is missing counted in. */
export function askedAffected(notes: ProbeNotes): number {
  return affected(notes).length + notes.missingPairs.reduce((sum, pair) => sum + pair.affected, 0)
}

/** The same of objects that it never reaches. */
export function askedUnaffected(notes: ProbeNotes): number {
  return unaffected(notes).length + notes.missingPairs.reduce((sum, pair) => sum + pair.unaffected, 0)
}
