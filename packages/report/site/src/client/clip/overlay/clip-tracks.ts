import { mediaFolder, referenceSide } from '../../../../../src/data-files/media-address.ts'
import type { ProtocolData } from '../../../../../src/data-files/protocol-file.ts'
import { decodeTracks, type SideTracks, type TracksHead } from '../../../../../src/data-files/tracks-file.ts'
import type { TracksModel } from '../../../../../src/site-model/site-model.ts'
import type { loadData } from '../../data/load-data.ts'

/**
 * Tracks of a clip's sides, by what the player calls them; ask `hasTracks` first.
 * @param load the page's own: each file is loaded once
 * @throws DataError
 */
export async function clipTracks(
  protocol: ProtocolData,
  clip: number,
  load: typeof loadData,
): Promise<Map<string, TracksModel>> {
  const name = `tracks-${protocol.slugs.get(clip) ?? protocol.ids[clip]}`
  const all = decodeTracks(await load<TracksHead>(name, `${mediaFolder(protocol, clip)}tracks.js`))
  return new Map(
    all.map((tracks) => [
      tracks.side === referenceSide ? 'reference' : (protocol.head.methods[tracks.side - 2]?.id ?? ''),
      tracksModel(tracks),
    ]),
  )
}

function tracksModel({ width, height, points, frames, xy, visible }: SideTracks): TracksModel {
  const of = (point: number) => Array.from({ length: 2 * frames }, (_, at) => xy[2 * point * frames + at])
  const seen = (point: number) =>
    Array.from(visible.subarray(point * frames, (point + 1) * frames), (flag) => (flag ? '1' : '0')).join('')
  const all = Array.from({ length: points }, (_, point) => point)
  return { width, height, points: all.map(of), visible: all.map(seen) }
}
