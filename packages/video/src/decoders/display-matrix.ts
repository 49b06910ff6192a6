import type { Orientation } from './decoder.ts'

/** What a file without a display matrix asks for: nothing. */
export const upright: Orientation = { rotation: 0, mirrored: false }

/**
 * The turn that a display matrix asks for. The nine numbers are [a b u; c d v; x y w] of QuickTime's track header: stored
 * pixel (p, q) is shown at (a·p + c·q, b·p + d·q), up to a shift; only signs matter here.
 * @returns undefined where the matrix is not a multiple of a quarter turn, with or without a mirror
 */
export function orientationOf(matrix: readonly number[]): Orientation | undefined {
  const largest = Math.max(...[0, 1, 3, 4].map((i) => Math.abs(matrix[i])))
  if (largest === 0) return upright
  // Files written by phones hold 65535 for 65536 and stray ones for zero.
  const [a, b, c, d] = [0, 1, 3, 4].map((i) => (Math.abs(matrix[i]) < largest / 64 ? 0 : Math.sign(matrix[i])))
  for (const rotation of [0, 90, 180, 270] as const) {
    const [ra, rb, rc, rd] = quarterTurn[rotation]
    if (a === ra && b === rb && c === rc && d === rd) return { rotation, mirrored: false }
    // Mirrored first: p changes its sign, so a and b change theirs.
    if (a === -ra && b === -rb && c === rc && d === rd) return { rotation, mirrored: true }
  }
  return undefined
}

const quarterTurn = { 0: [1, 0, 0, 1], 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] } as const
