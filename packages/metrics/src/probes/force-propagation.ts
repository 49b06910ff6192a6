import type { ProbeDetails, ProbeNotes, ProbeObjectRow } from '@kinemetric/records'
import type { ProbeRecipe } from './conclude-probe.ts'
import { median } from './object-track.ts'
import { probeSpec } from './probe-spec.ts'
import { reached, RIGHT_DIRECTION, shareOf, shareOrNull, still } from './probe-sets.ts'

// Force propagation: does what a driver hits move, and what that hits, and so on, and do they go where they should? InterDyn (Akkerman et al., CVPR 2025)
// shows it in pictures; the numbers are ours (docs/probes.md).

const recipes: readonly ProbeRecipe[] = [
  {
    id: 'direction-45',
    summary: 'share of the objects that force reaches which move, within 45° of the true direction',
    settings: { of: 'reached-and-moving', moves: '0.1-root-area', direction: 'below-45', mean: 'objects' },
    value: (notes, side) => shareOf(reached(notes), (row) => goesRight(row, side)),
    weight: (notes) => reached(notes).length,
    still: 0,
  },
  {
    id: 'recall',
    summary: 'share of the objects that force reaches which move at all',
    settings: { of: 'reached-and-moving', moves: '0.1-root-area', direction: 'any', mean: 'objects' },
    value: (notes, side) => shareOf(reached(notes), (row) => row[side].moved),
    weight: (notes) => reached(notes).length,
    still: 0,
  },
]

export const forcePropagationSpec = probeSpec({
  id: 'force-propagation',
  title: 'Force propagation',
  label: { short: 'Force', long: 'Force propagation: what is hit moves where it should', decimals: 2 },
  better: 'higher',
  sees: 'Whether what is hit moves, and within 45° of where it should.',
  misses: 'How far and how fast it goes, and anything that is not followed as an object.',
  defaultRecipe: 'direction-45',
  recipes,
  details: (notes) => forceDetails(notes.flat()),
})

/** Whether an object moves, and within 45° of the truth. */
function goesRight(row: ProbeObjectRow, side: 'generated' | 'tracked'): boolean {
  const { moved, directionError } = row[side]
  return moved && directionError !== null && directionError < RIGHT_DIRECTION
}

/** Depth by depth, and what moves that should not. */
function forceDetails(notes: readonly ProbeNotes[]): Partial<ProbeDetails> {
  const rows = notes.flatMap(reached)
  const quiet = notes.flatMap(still)
  const depths = ['1', '2', '3+'].flatMap((depth) => {
    const own = rows.filter((row) => nameOfDepth(row.depth) === depth)
    return own.length === 0 ? [] : [{ depth, ...movementOf(own) }]
  })
  return {
    objects: rows.length,
    depths,
    falseMotion: { objects: quiet.length, share: shareOrNull(quiet, ({ generated }) => generated.moved) },
  }
}

function nameOfDepth(depth: number | null): string {
  return depth !== null && depth >= 3 ? '3+' : String(depth)
}

function movementOf(rows: readonly ProbeObjectRow[]) {
  const found = (of: (row: ProbeObjectRow) => number | null) => rows.flatMap((row) => of(row) ?? [])
  const directions = found(({ generated }) => generated.directionError)
  return {
    objects: rows.length,
    recall: shareOf(rows, ({ generated }) => generated.moved),
    directionMedian: medianOrNull(directions),
    within30: shareOrNull(directions, (degrees) => degrees < 30),
    onsetMedian: medianOrNull(found(({ generated }) => generated.onsetError)),
    speedMedian: medianOrNull(found(({ generated }) => generated.speedRatio)),
    pathMedian: medianOrNull(found(({ generated }) => generated.pathError)),
  }
}

function medianOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values)
}
