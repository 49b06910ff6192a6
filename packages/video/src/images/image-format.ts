/** Picture formats that are read. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff'

const signatures: readonly [RegExp, ImageFormat | 'other', string][] = [
  [/^\x89PNG\r\n\x1a\n/, 'png', 'PNG'],
  [/^\xff\xd8/, 'jpeg', 'JPEG'],
  [/^RIFF[^]{4}WEBP/, 'webp', 'WebP'],
  [/^(II[*+]\0|MM\0[*+])/, 'tiff', 'TIFF'],
  [/^BM[^]{4}\0\0\0\0/, 'other', 'BMP'],
  [/^GIF8/, 'other', 'GIF'],
  [/^[^]{4}ftyp(avif|avis|heic|heix|mif1|msf1)/, 'other', 'HEIF or AVIF'],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, 'other', 'JPEG XL'],
  [/^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/, 'other', 'JPEG 2000'],
  [/^P[1-7f]\s/i, 'other', 'Netpbm'],
  [/^\x76\x2f\x31\x01/, 'other', 'OpenEXR'],
  [/^#\?(RADIANCE|RGBE)/, 'other', 'Radiance HDR'],
  [/^8BPS/, 'other', 'Photoshop'],
  [/^qoif/, 'other', 'QOI'],
]

/** A picture's format by its first bytes; where it is not read, what it is. */
export function imageFormatOf(bytes: Buffer): { format: ImageFormat } | { found: string } {
  const start = bytes.toString('latin1', 0, 32)
  for (const [signature, format, name] of signatures) {
    if (signature.test(start)) return format === 'other' ? { found: `a ${name} image, which is not read` } : { format }
  }
  return { found: 'other content' }
}
