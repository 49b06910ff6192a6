import { dataFormat } from '../data-files/container.ts'
import { referenceSide, sideOfMethod } from '../data-files/media-address.ts'
import { encodeTracks, type SideTracks, type TracksHead } from '../data-files/tracks-file.ts'
import type { DataContent } from './clip-values/protocol-content.ts'
import type { TracksModel } from './site-model.ts'
import { readTracks } from './read-tracks.ts'

/**
 * A clip's tracks of all sides, for `media/<clip>/tracks.js`; null where none can be read.
 * @param files of each method that has one; the reference's tracks are those of the first
 */
export async function tracksContent(
  clip: string,
  slug: string,
  board: string,
  files: readonly { method: number; path: string }[],
  problem: (reason: string) => void,
): Promise<{ content: DataContent; sides: number[] } | null> {
  const sides: SideTracks[] = []
  for (const { method, path } of files)
    try {
      const { generated, reference } = await readTracks(path)
      if (generated !== null) sides.push(sideTracks(sideOfMethod(method), generated))
      if (reference !== null && !sides.some(({ side }) => side === referenceSide))
        sides.push(sideTracks(referenceSide, reference))
    } catch (error) {
      problem(error instanceof Error ? error.message : String(error))
    }
  if (sides.length === 0) return null
  const head: TracksHead = { format: dataFormat, board, clip }
  return {
    content: { name: `tracks-${slug}`, head, bytes: encodeTracks(sides) },
    sides: sides.map(({ side }) => side).toSorted((a, b) => a - b),
  }
}

function sideTracks(side: number, { width, height, points, visible }: TracksModel): SideTracks {
  const frames = Math.max(0, ...points.map((row) => row.length / 2))
  const xy = new Float32Array(points.length * frames * 2)
  const seen = new Uint8Array(points.length * frames)
  for (const [point, row] of points.entries()) {
    xy.set(row, point * frames * 2)
    // A track that ends early is not seen from then on.
    for (let frame = 0; frame < row.length / 2; frame++)
      seen[point * frames + frame] = Number((visible[point]?.[frame] ?? '1') === '1')
  }
  return { side, width, height, points: points.length, frames, xy, visible: seen }
}
