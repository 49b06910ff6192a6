/** Colours of objects, in their order: apart from one another for most eyes (Okabe and Ito 2008), the loudest first. */
const colours = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [204, 121, 167],
  [213, 94, 0],
  [0, 114, 178],
] as const

/** Share of an object's colour inside its mask; its edge has the colour itself. */
const SHARE = 0.45

/**
 * Draws masks over one frame in place: each object in its colour, with a line of one pixel inside its edge.
 *
 * @param rgb `[height, width, 3]`
 * @param masks `[height, width]` each, in the order of objects; what is not 0 is the object
 */
export function drawMasks(
  rgb: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  masks: readonly Uint8Array[],
): void {
  for (const [index, mask] of masks.entries()) {
    const colour = colours[index % colours.length]
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x
        if (mask[at] === 0) continue
        const isEdge =
          y === 0 ||
          x === 0 ||
          y === height - 1 ||
          x === width - 1 ||
          mask[at - width] === 0 ||
          mask[at + width] === 0 ||
          mask[at - 1] === 0 ||
          mask[at + 1] === 0
        const share = isEdge ? 1 : SHARE
        for (let c = 0; c < 3; c++) rgb[3 * at + c] += Math.round(share * (colour[c] - rgb[3 * at + c]))
      }
    }
  }
}

/**
 * The same for boxes that were given: a line of one pixel around each, on the frame's border where a box sticks out of it.
 * @param boxes x1, y1, x2, y2 in pixels, with the place of their object
 */
export function drawBoxes(
  rgb: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  boxes: readonly { readonly box: readonly [number, number, number, number]; readonly object: number }[],
): void {
  const put = (x: number, y: number, colour: readonly number[]) => rgb.set(colour, 3 * (y * width + x))
  for (const { box, object } of boxes) {
    const colour = colours[object % colours.length]
    const [left, right] = [inside(box[0], width), inside(box[2], width)]
    const [top, bottom] = [inside(box[1], height), inside(box[3], height)]
    for (let x = left; x <= right; x++) for (const y of [top, bottom]) put(x, y, colour)
    for (let y = top; y <= bottom; y++) for (const x of [left, right]) put(x, y, colour)
  }
}

/** The pixel of a frame that is nearest. */
function inside(pixel: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.round(pixel)))
}
