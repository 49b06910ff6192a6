import type { Frames } from './frames.ts'

/** A fraction of whole numbers. */
export interface Fraction {
  num: number
  den: number
}

/** The rate written where frames have neither a rate nor timestamps, in frames a second. */
export const defaultFps = 12

/** A frame rate as the fraction that FFmpeg wants: 12 → 12/1, 29.97 → 30000/1001, others to a thousandth. */
export function frameRateFraction(fps: number): Fraction {
  if (Math.abs(fps - Math.round(fps)) < 1e-6) return { num: Math.round(fps), den: 1 }
  const ntsc = Math.round(fps * 1.001)
  if (Math.abs((ntsc * 1000) / 1001 - fps) < 0.005) return { num: ntsc * 1000, den: 1001 }
  return { num: Math.round(fps * 1000), den: 1000 }
}

/**
 * When each frame is shown, for a writer: by the rate where the frames are evenly spaced (within 2 ms, containers round),
 * else by their timestamps in milliseconds from the first.
 * @returns the unit of `pts` in seconds, the rate to declare, and one time a frame
 */
export function presentationTimes(frames: Frames): { timeBase: Fraction; frameRate: Fraction; pts: bigint[] } {
  const count = frames.pixels.shape[0]
  const times = frames.timestamps
  const usable = times !== undefined && times.length === count && count > 1
  const average = usable && times[count - 1] > times[0] ? (count - 1) / (times[count - 1] - times[0]) : undefined
  const fps = frames.fps ?? average ?? defaultFps
  const frameRate = frameRateFraction(fps)
  const even = !usable || times.every((time, i) => Math.abs(time - times[0] - i / fps) <= 0.002)
  if (even) {
    const pts = Array.from({ length: count }, (_, i) => BigInt(i))
    return { timeBase: { num: frameRate.den, den: frameRate.num }, frameRate, pts }
  }
  const pts: bigint[] = []
  for (const time of times) {
    const at = BigInt(Math.round((time - times[0]) * 1000))
    // Containers want rising times; two frames in one millisecond are put one apart.
    pts.push(pts.length > 0 && at <= pts[pts.length - 1] ? pts[pts.length - 1] + 1n : at)
  }
  return { timeBase: { num: 1, den: 1000 }, frameRate, pts }
}
