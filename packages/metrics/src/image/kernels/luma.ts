// Y of ITU-R BT.601 with its limited range, 16..235 of R, G, B in 0..255, as MATLAB's rgb2ycbcr and the papers on super-resolution have it:
//
//   Y = 16 + (65.481·R + 128.553·G + 24.966·B) / 255
//
// What the programs differ in is how Y is rounded, which moves PSNR by hundredths of a decibel.

/**
 * How Y is rounded. `float32`: as BasicSR's `to_y_channel` keeps it, twice in float32 (R/255, and Y/255 before it is scaled back). `float32-weights`: as its
 * functions of float64 tensors have it, whose three weights are float32. `whole`: to whole numbers, halves up, as rgb2ycbcr of uint8 images; computed in whole
 * numbers, so that nothing depends on the machine.
 */
export type LumaRounding = 'float32' | 'float32-weights' | 'whole'

/** Pixels of an image, and how many on each side are left out. */
export interface LumaShape {
  height: number
  width: number
  crop: number
}

/** x/255 in float32 of every byte. */
const sharesInFloat32 = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/**
 * Y of the pixels that are at least `crop` away from every border.
 *
 * @param pixels `[height, width, 3]` bytes, sRGB
 * @returns `[height − 2·crop, width − 2·crop]`, 16..235; bytes for `whole`
 */
export function lumaOf(pixels: Uint8Array, shape: LumaShape, rounding: LumaRounding): Uint8Array | Float64Array {
  const { height, width, crop } = shape
  const inside = width - 2 * crop
  const count = (height - 2 * crop) * inside
  const luma = rounding === 'whole' ? new Uint8Array(count) : new Float64Array(count)
  const convert = converters[rounding]
  for (let y = crop, at = 0; y < height - crop; y++, at += inside)
    convert(pixels, 3 * (y * width + crop), luma, at, at + inside)
  return luma
}

/** The three weights as a float32 tensor holds them. */
const [red32, green32, blue32] = [65.481, 128.553, 24.966].map(Math.fround)

/** Converts a row of pixels from `source` on into `luma` from `at` to `end`. */
type RowConverter = (
  pixels: Uint8Array,
  source: number,
  luma: Uint8Array | Float64Array,
  at: number,
  end: number,
) => void

const converters: Readonly<Record<LumaRounding, RowConverter>> = {
  float32: (pixels, source, luma, at, end) => {
    for (let i = at, p = source; i < end; i++, p += 3) {
      const red = sharesInFloat32[pixels[p]]
      const green = sharesInFloat32[pixels[p + 1]]
      const blue = sharesInFloat32[pixels[p + 2]]
      const share = Math.fround((24.966 * blue + 128.553 * green + 65.481 * red + 16) / 255)
      luma[i] = Math.fround(share * 255)
    }
  },
  'float32-weights': (pixels, source, luma, at, end) => {
    for (let i = at, p = source; i < end; i++, p += 3)
      luma[i] = 16 + (red32 * pixels[p] + green32 * pixels[p + 1] + blue32 * pixels[p + 2]) / 255
  },
  whole: (pixels, source, luma, at, end) => {
    for (let i = at, p = source; i < end; i++, p += 3)
      luma[i] = 16 + (65_481 * pixels[p] + 128_553 * pixels[p + 1] + 24_966 * pixels[p + 2] + 127_500) / 255_000
  },
}
