import { hashBytes } from '@kinemetric/files'

/** The sides that belong to no method. */
const ownSides: readonly string[] = ['reference', 'control']

/** The folder of a method's media: a method may be called as a side that is none. */
export function methodSide(method: string): string {
  return ownSides.includes(method) ? `${method}.generated` : method
}

/** Where a clip's small video lies, from the record's folder. */
export function previewPath(side: string, clip: string): string {
  return `media/${side}/${mediaName(clip)}.mp4`
}

/** Where the tracks of a clip lie, from the record's folder. */
export function tracksPath(method: string, clip: string): string {
  return `media/${methodSide(method)}/${mediaName(clip)}.tracks.json`
}

/** Where what probes found of a clip lies, from the record's folder. */
export function probePath(method: string, clip: string): string {
  return `media/${methodSide(method)}/${mediaName(clip)}.probe.json`
}

/** With the longest ending no more than the 255 bytes that a file name may have, and with the name of an unfinished file. */
const mostBytes = 200

/**
 * A clip's name as a file name that every system and every page's address can have: the name itself, or where it cannot be (a backslash, a colon, a
 * control character, too long) its harmless letters with a digest of the whole, so that no two clips share one.
 */
export function mediaName(clip: string): string {
  const harmless = clip.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^[.]+/, '_')
  if (harmless === clip && Buffer.byteLength(clip) <= mostBytes) return clip
  return `${Array.from(harmless).slice(0, 40).join('')}-${hashBytes(clip).slice(0, 16)}`
}
