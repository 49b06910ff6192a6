import type { Tracklets } from '@kinemetric/networks'

/** Tracks of `goldens/fvmd.json`: the points of a grid of 20 × 20 in a frame of 256 × 256, clip by clip in wider sweeps; the clip of number 3 stands still. */
export function formulaTracks(clip: number, length: number, s: number, kind: 'gt' | 'gen'): Tracklets {
  const k = kind === 'gt' ? 0 : 0.6
  const { sin, cos } = Math
  const points = new Float32Array(400 * length * 2)
  const amp = 0.15 * 1.42 ** clip
  const th = 0.5 * clip + s + k
  const b = clip
  for (let n = 0; n < 400; n++) {
    const [r, c] = [Math.floor(n / 20), n % 20]
    const [x0, y0] = [8 + (c * 240) / 19, 8 + (r * 240) / 19]
    for (let frame = 0; frame < length; frame++) {
      const t = clip === 3 ? 0 : frame
      const sway = sin(0.3 * t + 0.2 * c + b + s) - sin(0.2 * c + b + s)
      const nod = cos(0.45 * t + 0.3 * r + 0.5 * b + s) - cos(0.3 * r + 0.5 * b + s)
      points[2 * (n * length + frame)] = x0 + amp * t * cos(th + 0.05 * r) + (1.3 + k) * sway
      points[2 * (n * length + frame) + 1] = y0 + 0.7 * amp * t * sin(th + 0.04 * c) + (0.9 - 0.5 * k) * nod
    }
  }
  return { points, visible: new Uint8Array(400 * length).fill(1), count: 400, length }
}
