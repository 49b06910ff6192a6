/** Picture formats that are read. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff'

interface Signature {
  /** Bytes as Latin-1, and where they stand. */
  bytes: readonly string[]
  at?: number
  name: string
  /** Absent where it is not read. */
  format?: ImageFormat
}

const signatures: readonly Signature[] = [
  { bytes: ['\x89PNG\r\n\x1a\n'], name: 'PNG', format: 'png' },
  { bytes: ['\xff\xd8'], name: 'JPEG', format: 'jpeg' },
  { bytes: ['WEBP'], at: 8, name: 'WebP', format: 'webp' },
  { bytes: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'], name: 'TIFF', format: 'tiff' },
  { bytes: ['BM'], name: 'BMP' },
  { bytes: ['GIF8'], name: 'GIF' },
  { bytes: ['ftypavif', 'ftypavis', 'ftyphei', 'ftypmif1', 'ftypmsf1'], at: 4, name: 'HEIF or AVIF' },
  { bytes: ['\xff\x0a', '\0\0\0\x0cJXL '], name: 'JPEG XL' },
  { bytes: ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'], name: 'JPEG 2000' },
  { bytes: ['\x76\x2f\x31\x01'], name: 'OpenEXR' },
  { bytes: ['#?RADIANCE', '#?RGBE'], name: 'Radiance HDR' },
  { bytes: ['8BPS'], name: 'Photoshop' },
  { bytes: ['qoif'], name: 'QOI' },
]

/** A picture's format by its first bytes; where it is not read, what it is. */
export function imageFormatOf(bytes: Buffer): { format: ImageFormat } | { found: string } {
  const start = bytes.toString('latin1', 0, 32)
  const known = signatures.find(({ bytes: texts, at = 0 }) => texts.some((text) => start.startsWith(text, at)))
  if (known?.format !== undefined) return { format: known.format }
  return { found: known === undefined ? 'other content' : `a ${known.name} image, which is not read` }
}
