import type { ProbeTrack } from '@kinemetric/records'
import type { ClevrerScene } from './annotation.ts'
import { type ClipGeometry, placement } from '../probe/mask-in-clip.ts'

/**
 * Where an object's centre lies in the clip's frames, without any mask: the camera as an affine map of the plane that objects stand on. A rough fit for CLEVRER's
 * own videos, exact for scenes that are made with it; displacements are better than places.
 * @param size [height, width] of the native frames
 */
export function projectedTrack(
  { places }: Pick<ClevrerScene, 'places'>,
  id: number,
  sourceFrames: readonly number[],
  size: readonly [number, number],
  geometry: ClipGeometry,
): ProbeTrack {
  const [height, width] = size
  const { scaleX, scaleY, left, top } = placement(size, geometry)
  return sourceFrames.map((frame) => {
    const place = places.get(id)?.[frame]
    if (place === undefined) return null
    const [x, y] = place
    const u = width * (0.0589 * x + 0.2286 * y + 0.485)
    const v = height * (0.1562 * x + 0.0105 * y + 0.4506)
    return [u * scaleX - left, v * scaleY - top]
  })
}
