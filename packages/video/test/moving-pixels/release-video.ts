/** The kinds of video that a small Physics-IQ release is made of: two takes of a scene, and what a method made of it. */
export type ReleaseKind = 'take-1' | 'take-2' | 'generated'

const shifts = { 'take-1': [0, 1, 0], 'take-2': [0.7, 1.06, 0], generated: [1.9, 0.83, 0.35] } as const

/** What a video of a small release is made of. */
export interface ReleaseVideo {
  height: number
  width: number
  frames: number
  seed: number
  kind: ReleaseKind
}

/** A disc and a box that move over a pattern, by a formula: `[T, H, W, 3]` bytes. */
export function releaseVideo({ height: H, width: W, frames, seed, kind }: ReleaseVideo): Uint8Array {
  const [o, f, d] = shifts[kind]
  const pixels = new Uint8Array(frames * H * W * 3)
  let at = 0
  for (let t = 0; t < frames; t++) {
    const cx = 0.18 * W + o + f * (0.011 * W * t)
    const cy = 0.42 * H + 0.16 * H * Math.sin(0.21 * t * f + seed) + d * t * 0.02 * H
    const qx = 0.8 * W - f * 0.007 * W * t
    const qy = 0.7 * H - 0.1 * H * Math.cos(0.17 * t + seed) + o
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++) {
        const disc = (x - cx) ** 2 + (y - cy) ** 2 <= (0.1 * H) ** 2
        const box = Math.abs(x - qx) <= 0.07 * W && Math.abs(y - qy) <= 0.09 * H
        for (let c = 0; c < 3; c++) {
          const value = disc
            ? 205 - 31 * c + 18 * Math.sin(0.4 * x + 0.3 * y)
            : box
              ? 48 + 22 * c + 14 * Math.cos(0.35 * x - 0.25 * y)
              : 108 +
                34 * Math.sin(0.05 * x + 0.083 * y + 0.8 * c + seed) +
                9 * Math.cos(0.31 * x - 0.27 * y) +
                (kind === 'generated' ? 3 : 0)
          pixels[at++] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
        }
      }
  }
  return pixels
}

export function isReleaseKind(kind: string): kind is ReleaseKind {
  return Object.hasOwn(shifts, kind)
}
