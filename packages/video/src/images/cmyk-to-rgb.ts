/**
 * RGB of CMYK samples as Pillow's `convert('RGB')` has it, without a colour profile (python-pillow/Pillow, src/libImaging/Convert.c, `cmyk2rgb`):
 * 255 − K less the ink's share of it.
 * @param cmyk 4 bytes a pixel, 255 = full ink
 * @returns 3 bytes a pixel
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const pixels = cmyk.length / 4
  const rgb = new Uint8Array(3 * pixels)
  for (let i = 0; i < pixels; i++) {
    const light = 255 - cmyk[4 * i + 3]
    for (let c = 0; c < 3; c++) {
      const product = cmyk[4 * i + c] * light + 128
      rgb[3 * i + c] = Math.max(0, light - (((product >> 8) + product) >> 8))
    }
  }
  return rgb
}
