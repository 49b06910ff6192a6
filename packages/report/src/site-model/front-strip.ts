import type { Leaderboard } from '../board/leaderboard.ts'
import { referenceSide, sideName, sideOfMethod } from '../data-files/media-address.ts'
import { hashBytes } from '@kinemetric/files'
import type { ProtocolData } from './clip-values/protocol-content.ts'
import type { ProtocolMedia } from './protocol-media.ts'

/** A few clips of a protocol as the front page shows them: the reference and one method. */
export interface FrontStrip {
  /** The method that is shown. */
  name: string
  /** Size of a picture, pixels. */
  size: readonly [width: number, height: number]
  clips: StripClip[]
}

export interface StripClip {
  clip: string
  label: string
  /** Its page, from the site's root. */
  href: string
  /** The picture that holds all sides of the clip side by side, from the site's root. */
  strip: string
  /** How many sides that is. */
  sides: number
  /** The reference's, and the method's. */
  pictures: readonly StripPicture[]
}

export interface StripPicture {
  /** Place in the strip, from 0. */
  place: number
  /** The video, from the site's root; null where it lies elsewhere. */
  video: string | null
}

/** So many clips at most. */
const most = 6

/**
 * Which clips the front page shows of a protocol: at random (seed 0, by the hash of their ids) among those that have thumbnails of the reference and of the method. Of
 * methods that of the first column with a layer of its own, in the board's order, which is not separated from the best; where no column has layers the first method
 * that is not trivial, else the first of all. null where no clip has both.
 *
 * @param slug folder of the protocol
 * @param media after `writeThumbnails`
 */
export function frontStrip(
  board: Leaderboard,
  slug: string,
  { head, clips }: ProtocolData,
  media: Pick<ProtocolMedia, 'sets' | 'slugs'>,
): FrontStrip | null {
  const method = shownMethod(board)
  const side = sideOfMethod(method)
  const found = [...media.sets]
    .filter(([, { thumb }]) => thumb.includes(referenceSide) && thumb.includes(side))
    .map(([clip, set]) => ({ clip, set, id: clips.ids[clip], hash: hashBytes(`strip 0 ${clips.ids[clip]}`) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, most)
  if (found.length === 0) return null
  return {
    name: head.methods[method].name,
    size: head.media.thumb,
    clips: found.map(({ clip, set, id }) => {
      const folder = `${slug}/media/${media.slugs.get(clip) ?? id}`
      const pictures = [referenceSide, side].map((each) => {
        const file = set.files.find((one) => one.side === each)
        const isHere = file !== undefined && head.media.base === ''
        const video = isHere ? `${folder}/${sideName(head.methods, each)}.${file.type}` : null
        return { place: set.thumb.indexOf(each), video }
      })
      return {
        clip: id,
        label: clips.labels[clip],
        href: `${slug}/clip.html?c=${encodeURIComponent(id)}&m=${encodeURIComponent(head.methods[method].id)}`,
        strip: `${folder}/thumb.webp`,
        sides: set.thumb.length,
        pictures,
      }
    }),
  }
}

function shownMethod({ columns, rows }: Leaderboard): number {
  for (const column of columns.keys()) {
    const first = rows.findIndex(({ cells }) => cells[column]?.rank?.layer === 1)
    if (first >= 0) return first
  }
  return Math.max(
    0,
    rows.findIndex(({ trivial }) => !trivial),
  )
}
