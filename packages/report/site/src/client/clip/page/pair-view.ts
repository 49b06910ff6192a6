import type { VideoModel } from '../../../../../src/site-model/site-model.ts'
import type { PlayerClip, PlayerSide } from '../player/player-clip.ts'

/** A video of the page; `src` is an address from it. */
export type PairVideo = VideoModel

/**
 * What a player shows of a pair: each side with the driver and without. Its tiles are the control signal and the first method that models something, both
 * ways: what wipe and difference lay over each other are then the two conditions of one method.
 */
export function playerOfPair(
  clip: string,
  frames: number,
  videos: readonly PairVideo[],
): { view: PlayerClip; usual: string[] } {
  const sides = videos.map((video): PlayerSide & { of: PairVideo } => ({
    key: keyOf(video),
    name: video.name,
    series: video.series,
    trivial: video.trivial,
    video: { address: video.src, facts: video.facts },
    why: '',
    hasTracks: video.tracks !== null,
    of: video,
  }))
  const tracks = new Map(sides.flatMap(({ key, of }) => (of.tracks === null ? [] : [[key, of.tracks] as const])))
  const generated = sides.filter(({ of }) => of.role === 'generated')
  const first =
    generated.find(({ trivial, of }) => !trivial && of.side === 'without') ??
    generated.find(({ of }) => of.side === 'without')
  const own = generated.filter(({ series }) => series === first?.series)
  const controls = sides.filter(({ of }) => of.role === 'control')
  return {
    view: {
      id: clip,
      frames: Math.max(1, frames),
      excluded: [],
      size: null,
      sides,
      curves: [],
      loadTracks: () => Promise.resolve(tracks),
    },
    usual: [...controls, ...own].map(({ key }) => key),
  }
}

function keyOf({ role, side, series }: PairVideo): string {
  const name = role === 'generated' ? `m${series}` : role
  return side === 'without' ? `${name}-without` : name
}
