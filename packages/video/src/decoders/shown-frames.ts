/** Codecs of which every packet is one frame, shown when its time comes, whatever the others are. */
const onePerPacket: readonly string[] = ['ffv1', 'mjpeg', 'png', 'huffyuv', 'ffvhuff', 'utvideo', 'prores', 'rawvideo']

/** How many frames a packet shows, by its own first bytes; undefined where they do not say what they should. */
export type ShownFrames = (packet: Uint8Array) => number | undefined

/**
 * How to count a video's frames without decoding them; undefined for codecs whose packets do not tell: in H.264 and its kin a packet may be half a frame, or one
 * that nobody is shown (before a key frame, cut away by an edit list). Their frames are counted by decoding.
 * @param codec FFmpeg's name
 */
export function shownFramesOf(codec: string): ShownFrames | undefined {
  if (codec === 'vp9') return shownInVp9
  // RFC 6386, 9.1: a bit of the first byte.
  if (codec === 'vp8') return (packet) => (packet[0] >> 4) & 1
  return onePerPacket.includes(codec) ? () => 1 : undefined
}

/** VP9 bitstream specification 0.6: several frames to a packet (annex B), of which each says whether it is shown (6.2). */
function shownInVp9(packet: Uint8Array): number | undefined {
  let shown = 0
  for (const first of firstBytesOf(packet)) {
    if (first >> 6 !== 2) return undefined
    // Profile 3 has a reserved bit more.
    const header = ((first >> 4) & 3) === 3 ? first : first >> 1
    const showsExisting = (header & 4) !== 0
    if (showsExisting || (header & 1) !== 0) shown++
  }
  return shown
}

/** The first byte of each frame of a packet. */
function firstBytesOf(packet: Uint8Array): number[] {
  const marker = packet[packet.length - 1]
  const count = (marker & 7) + 1
  const width = ((marker >> 3) & 3) + 1
  const index = packet.length - 2 - width * count
  if ((marker & 0xe0) !== 0xc0 || index < 0 || packet[index] !== marker) return [packet[0]]
  const bytes: number[] = []
  let at = 0
  for (let frame = 0; frame < count; frame++) {
    let size = 0
    for (let i = 0; i < width; i++) size += packet[index + 1 + frame * width + i] * 2 ** (8 * i)
    if (size > 0 && at < index) bytes.push(packet[at])
    at += size
  }
  return bytes
}
