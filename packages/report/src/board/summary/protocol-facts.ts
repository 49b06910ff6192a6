import type { Leaderboard } from '../assemble-leaderboards.ts'
import { counted, countText } from './counted-words.ts'

/**
 * What a protocol's results are of, in a few words each: `8 methods`, `8,667 clips of 8,214 videos`, `14 frames, frame 0 not scored`, `256 × 384 pixels`.
 * @param clips all clips that some record names
 */
export function protocolFacts(board: Leaderboard, clips: number): string[] {
  const { protocol, rows } = board
  const methods = rows.filter(({ group }) => group === 'method').length
  const others = rows.length - methods
  return [
    methods === 0 ? `${counted(others, 'method')}, all trivial` : counted(methods, 'method'),
    ...(methods > 0 && others > 0 ? [`${countText(others)} trivial`] : []),
    `${counted(clips, 'clip')}${videos(board)}`,
    protocol.frames === 'all' ? 'all frames' : counted(protocol.frames, 'frame'),
    ...(protocol.excludedFrames.length > 0 ? [`frame ${protocol.excludedFrames.join(', ')} not scored`] : []),
    protocol.size === null ? 'each clip at its own size' : `${protocol.size[0]} × ${protocol.size[1]} pixels`,
  ]
}

/** ` of 8,214 videos`, where clips share their source videos. */
function videos({ columns }: Leaderboard): string {
  const compared = columns.flatMap((column) => column.compared ?? [])
  const most = compared.reduce((units, column) => Math.max(units, column.units), 0)
  return compared.some(({ clips, units }) => units < clips.common) ? ` of ${countText(most)} videos` : ''
}
