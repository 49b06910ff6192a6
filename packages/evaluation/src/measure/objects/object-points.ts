import { maskArea, maskOfFrame, type PointKind, sampleGridPoints, sampleMaskPoints } from '@kinemetric/metrics'
import type { Query } from '@kinemetric/networks'
import { clipError, type Protocol } from '@kinemetric/benchmark'
import type { ReferenceClip } from '../../references/reference-clips.ts'

/** Points of one object of one clip, or why there are none. */
export interface ObjectPoints {
  object: string
  /** Size of the object's mask in pixels. */
  pixels: number
  queries: Query[] | undefined
  skipped: string | null
}

/**
 * The points to track in frame 0, every object mask being an object of its own. The same points serve both videos. An object whose mask is smaller
 * than the protocol's number of points is skipped, and so is a clip without masks (except on the grid over the frame, which needs none).
 * @throws KinemetricError `wrong-size` for a mask of another size than the frames; those of reading it
 */
export async function objectPoints(
  clip: ReferenceClip,
  size: { width: number; height: number },
  kind: PointKind,
  protocol: Protocol,
): Promise<ObjectPoints[]> {
  if (kind === 'grid')
    return [{ object: '(frame)', pixels: size.width * size.height, queries: sampleGridPoints(size), skipped: null }]
  if (clip.objectMasks.length === 0)
    return [{ object: '(none)', pixels: 0, queries: undefined, skipped: 'no object mask' }]
  const found: ObjectPoints[] = []
  for (const { object, read } of clip.objectMasks) {
    const mask = maskOfFrame(await read(), protocol.identity.motion.maskThreshold)
    const pixels = maskArea(mask)
    if (mask.width !== size.width || mask.height !== size.height)
      throw clipError(
        'wrong-size',
        `mask of ${object}`,
        `expected the frames' ${size.height}×${size.width} (height × width), found ${mask.height}×${mask.width}`,
      )
    const wanted = protocol.identity.motion.points
    if (pixels < wanted)
      found.push({
        object,
        pixels,
        queries: undefined,
        skipped: `mask of ${pixels} pixels, fewer than ${wanted} points`,
      })
    else {
      const queries =
        kind === 'box-grid'
          ? sampleGridPoints(size, { mask, boundingBox: true })
          : sampleMaskPoints(mask, wanted, protocol.identity.seeds.points, size)
      found.push({
        object,
        pixels,
        queries,
        skipped: queries === undefined ? 'no grid point in the bounding box' : null,
      })
    }
  }
  return found
}
