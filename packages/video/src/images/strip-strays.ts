/**
 * A JPEG file without bytes that stand before a marker and belong to no segment (ITU-T T.81 B.1.1.2 allows fill bytes of 0xFF alone; some cameras and
 * encoders leave others). Decoders pass over them; taken out here, so that the rest can be decoded with every complaint counting. Bytes after the coded
 * data of a scan cannot be told from data and stay.
 * @returns the same bytes where there is nothing to take out, and how many were
 */
export function stripStrays(jpeg: Buffer): { bytes: Buffer; strays: number } {
  const kept: Buffer[] = []
  let strays = 0
  let from = 0
  let at = 2
  while (at < jpeg.length) {
    const marker = nextMarker(jpeg, at)
    if (marker === undefined) break
    if (marker > at && !isFill(jpeg, at, marker)) {
      kept.push(jpeg.subarray(from, at))
      strays += marker - at
      from = marker
    }
    const code = jpeg[marker + 1]
    if (code === 0xd9 || marker + 4 > jpeg.length) break
    at = isBare(code) ? marker + 2 : marker + 2 + jpeg.readUInt16BE(marker + 2)
    if (code === 0xda) at = endOfScan(jpeg, at)
  }
  if (strays === 0) return { bytes: jpeg, strays }
  return { bytes: Buffer.concat([...kept, jpeg.subarray(from)]), strays }
}

/** Position of the next 0xFF that is followed by a marker's code. */
function nextMarker(jpeg: Buffer, start: number): number | undefined {
  for (let at = jpeg.indexOf(0xff, start); at !== -1 && at + 1 < jpeg.length; at = jpeg.indexOf(0xff, at + 1)) {
    if (jpeg[at + 1] !== 0 && jpeg[at + 1] !== 0xff) return at
  }
  return undefined
}

function isFill(jpeg: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (jpeg[at] !== 0xff) return false
  return true
}

/** Markers without a length: TEM, RST0 to RST7, SOI. */
function isBare(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd8)
}

/** The marker that ends a scan's coded data: any but a restart. */
function endOfScan(jpeg: Buffer, start: number): number {
  let at = start
  for (;;) {
    const marker = nextMarker(jpeg, at)
    if (marker === undefined) return jpeg.length
    if (jpeg[marker + 1] < 0xd0 || jpeg[marker + 1] > 0xd7) return marker
    at = marker + 2
  }
}
