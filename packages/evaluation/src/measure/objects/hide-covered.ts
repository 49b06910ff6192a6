import type { Tracklets } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { contiguous } from '@kinemetric/video'

/**
 * Tracklets whose points count as unseen from the first frame on in which the control signal's driver covers them: a tracker that follows patterns goes along with
 * what moves over a point, and never comes back.
 * @param control [T, H, W, 3], black where no driver is
 */
export function hideCovered(tracklets: Tracklets, control: FrameArray): Tracklets {
  const { points, count, length } = tracklets
  const visible = Uint8Array.from(tracklets.visible)
  const [frames, height, width] = control.shape
  const { data } = contiguous(control)
  for (let n = 0; n < count; n++)
    for (let t = 0; t < Math.min(length, frames); t++) {
      const at = n * length + t
      const [x, y] = [Math.round(points[2 * at]), Math.round(points[2 * at + 1])]
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const pixel = 3 * ((t * height + y) * width + x)
      if (data[pixel] + data[pixel + 1] + data[pixel + 2] < 128) continue
      visible.fill(0, at, (n + 1) * length)
      break
    }
  return { ...tracklets, visible }
}
