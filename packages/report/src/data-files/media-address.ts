import type { ProtocolData } from './protocol-file.ts'

/** A side of a clip: 0 the reference, 1 the control, 2 + m method m. */
export type Side = number

export const referenceSide: Side = 0
export const controlSide: Side = 1

/** Side of a method by its place in `protocol.js`. */
export function sideOfMethod(method: number): Side {
  return 2 + method
}

/** File name of a side, without its ending. No method's slug is `reference`, `control`, `thumb` or `tracks`. */
export function sideName(methods: readonly { slug: string }[], side: Side): string {
  return side === referenceSide ? 'reference' : side === controlSide ? 'control' : methods[side - 2].slug
}

/** Folder of what is made of a clip's media (tracks, thumbnails), as an address from the protocol's pages; it ends in a slash. Videos lie there too, or elsewhere. */
export function mediaFolder({ ids, slugs }: Pick<ProtocolData, 'ids' | 'slugs'>, clip: number): string {
  return `media/${slugs.get(clip) ?? ids[clip]}/`
}

/** Address of a side's video; null where none is published. */
export function videoAddress(protocol: ProtocolData, clip: number, side: Side): string | null {
  const { head, mediaOf } = protocol
  const file = head.media.sets[mediaOf[clip]]?.files.find((each) => each.side === side)
  return file === undefined
    ? null
    : `${head.media.base}${mediaFolder(protocol, clip)}${sideName(head.methods, side)}.${file.type}`
}

/** The clip's strip of thumbnails and a side's place in it; null where it has none. */
export function thumbAddress(protocol: ProtocolData, clip: number, side: Side): { src: string; place: number } | null {
  const set = protocol.head.media.sets[protocol.mediaOf[clip]]
  const place = set?.thumb.indexOf(side) ?? -1
  return place < 0 ? null : { src: `${mediaFolder(protocol, clip)}thumb.webp`, place }
}

/** Whether a clip has tracks of a side: then `loadTracks` has them. */
export function hasTracks({ head, mediaOf }: ProtocolData, clip: number, side: Side): boolean {
  return head.media.sets[mediaOf[clip]]?.tracks.includes(side) ?? false
}
