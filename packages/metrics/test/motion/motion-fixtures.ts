import type { Tracklets } from '@kinemetric/networks'

/** Tracklets of a formula, all visible. */
export function tracklets(
  count: number,
  length: number,
  at: (n: number, t: number) => readonly [number, number],
): Tracklets {
  const points = new Float64Array(count * length * 2)
  for (let n = 0; n < count; n++) {
    for (let t = 0; t < length; t++) points.set(at(n, t), 2 * (n * length + t))
  }
  return { points, visible: new Uint8Array(count * length).fill(1), count, length }
}

/** Generated tracklets of a formula that Python can compute too: what the goldens of motion-fidelity.test.ts are of. */
export const formulaGenerated = tracklets(5, 14, (m, t) => [
  12 + 4 * m + 1.5 * t + 2 * Math.cos(m + 0.5 * t),
  22 + 2 * m - 0.3 * t * Math.sin(0.7 * m + 0.2),
])

/** The reference tracklets beside them. */
export const formulaReference = tracklets(6, 14, (n, t) => [
  10 + 5 * n + 2 * t + Math.sin(n + t),
  20 + 3 * n + 0.5 * t * Math.cos(0.3 * n),
])
