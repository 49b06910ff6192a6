import {
  type BinaryMask,
  centreCropOffset,
  contiguous,
  coverSize,
  type CropOffset,
  frameArray,
  torchNearest,
} from '@kinemetric/video'

/** [height, width] of a clip's frames, and where its crop begins in the frame as resized (in the centre where absent); null keeps every clip's own size. */
export type ClipGeometry = { readonly size: readonly [number, number]; readonly crop?: CropOffset | undefined } | null

/**
 * A mask, or any plane of small numbers, as the clip's frames show it: resized by nearest pixel so that it covers them, then cropped.
 * @param plane native size
 */
export function maskInClip(plane: BinaryMask, geometry: ClipGeometry): BinaryMask {
  if (geometry === null) return plane
  const [height, width] = geometry.size
  const resized = resizedTo(plane, coverSize(plane.height, plane.width, height, width))
  const { top, left } = geometry.crop ?? centreCropOffset(resized.height, resized.width, height, width)
  const inside = new Uint8Array(height * width)
  for (let y = 0; y < height; y++) {
    const row = (top + y) * resized.width + left
    inside.set(resized.inside.subarray(row, row + width), y * width)
  }
  return { height, width, inside }
}

/** Where a point of the native frames lies in the clip's: x · scaleX − left, y · scaleY − top. @param size [height, width] of the native frames */
export function placement([height, width]: readonly [number, number], geometry: ClipGeometry) {
  if (geometry === null) return { scaleX: 1, scaleY: 1, left: 0, top: 0 }
  const resized = coverSize(height, width, ...geometry.size)
  const { top, left } = geometry.crop ?? centreCropOffset(resized.height, resized.width, ...geometry.size)
  return { scaleX: resized.width / width, scaleY: resized.height / height, left, top }
}

function resizedTo(plane: BinaryMask, { height, width }: { height: number; width: number }): BinaryMask {
  if (height === plane.height && width === plane.width) return plane
  const samples = new Uint8Array(plane.inside.length * 3)
  for (const [i, value] of plane.inside.entries()) samples.fill(value, 3 * i, 3 * i + 3)
  const { data } = contiguous(torchNearest(frameArray(samples, 1, plane.height, plane.width), height, width))
  return { height, width, inside: Uint8Array.from({ length: height * width }, (_, i) => data[3 * i]) }
}
