// A sheet of chosen frames, a row a side and a column a frame, at the previews' own size: a figure for a paper.
import type { Player } from '../player/player.ts'

export interface Sheet {
  canvas: HTMLCanvasElement
  /** What it shows, in words. */
  caption: string
}

const gap = 6
const head = 30
const foot = 30

/** Frames that a reader wrote: `0, 4, 8-10`; null where that is no list of frames of the clip. */
export function readFrames(text: string, frames: number): number[] | null {
  const found: number[] = []
  for (const part of text.split(',').map((each) => each.trim())) {
    const match = /^(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?$/.exec(part)
    if (match === null) return null
    const first = Number(match[1])
    const last = match[2] === undefined ? first : Number(match[2])
    if (first > last || last >= frames || last - first > 60) return null
    for (let frame = first; frame <= last; frame++) found.push(frame)
  }
  return [...new Set(found)]
}

/** Four frames over the clip, the first and the last among them. */
export function usualFrames(frames: number): number[] {
  return [...new Set([0, 1, 2, 3].map((at) => Math.round((at * (frames - 1)) / 3)))]
}

/**
 * Shows each frame, takes what is on screen, and lays it out. A picture that a video cannot show stays empty and is named in the caption.
 * @throws DOMException where the browser gives no pixels out
 */
export async function makeSheet(player: Player, frames: readonly number[], protocol: string): Promise<Sheet> {
  const { clip, stage, state } = player
  const before = player.lockstep.wanted
  const rows = ['reference', ...state.tiles].flatMap((key) => {
    const tile = stage.tiles.get(key)
    const side = clip.sides.find((each) => each.key === key)
    return tile === undefined || side === undefined ? [] : [{ tile, name: side.name }]
  })
  const [height, width] = sizeOf(player)
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  context.font = '15px system-ui, sans-serif'
  const names = Math.ceil(Math.max(0, ...rows.map(({ name }) => context.measureText(name).width))) + 2 * gap
  canvas.width = names + frames.length * (width + gap)
  canvas.height = head + rows.length * (height + gap) + foot
  // Sizes of a canvas reset what it draws with.
  context.font = '15px system-ui, sans-serif'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#1b1a17'
  context.textBaseline = 'middle'
  const missing: string[] = []
  for (const [column, frame] of frames.entries()) {
    await player.lockstep.show(frame)
    const x = names + column * (width + gap)
    context.textAlign = 'center'
    context.fillText(`frame ${frame}`, x + width / 2, head / 2)
    for (const [row, { tile, name }] of rows.entries()) {
      const y = head + row * (height + gap)
      if (tile.source.shown.frame === frame && !tile.isCovered)
        context.drawImage(tile.source.element, x, y, width, height)
      else missing.push(`${name} ${frame}`)
    }
  }
  context.textAlign = 'left'
  for (const [row, { name }] of rows.entries()) context.fillText(name, gap, head + row * (height + gap) + height / 2)
  context.font = '13px system-ui, sans-serif'
  context.fillText(`clip ${clip.id} · ${protocol} · previews, H.264`, gap, canvas.height - foot / 2)
  await player.lockstep.show(before)
  return {
    canvas,
    caption: captionOf(
      player,
      frames,
      rows.map(({ name }) => name),
      protocol,
      missing,
    ),
  }
}

function sizeOf({ stage, clip }: Player): [height: number, width: number] {
  for (const { source } of stage.tiles.values())
    if (source.element.videoWidth > 0) return [source.element.videoHeight, source.element.videoWidth]
  return clip.size === null ? [256, 384] : [clip.size[0], clip.size[1]]
}

function captionOf(
  { clip }: Player,
  frames: readonly number[],
  names: readonly string[],
  protocol: string,
  missing: readonly string[],
): string {
  const left = missing.length === 0 ? '' : ` Not available: ${missing.join(', ')}.`
  const text = `Clip ${clip.id} of ${protocol}, frames ${frames.join(', ')} (counted from 0): ${names.join(', ')}. Previews, H.264; scores are of the frames themselves.${left}`
  return (
    String.raw`\caption{` +
    text
      .replaceAll('\\', String.raw`\textbackslash{}`)
      .replaceAll(/[&%$#_{}]/g, String.raw`\$&`)
      .replaceAll(String.raw`\textbackslash\{\}`, String.raw`\textbackslash{}`) +
    '}'
  )
}
