import { join } from 'node:path'
import type { MaskPrompt } from '@kinemetric/networks'
import { frameArray, readImage, writePreview } from '@kinemetric/video'
import { drawBoxes, drawMasks } from './draw-masks.ts'
import type { OpenedMaskVideo } from './mask-video.ts'

/**
 * Writes a video with the masks drawn over it, and on prompted frames the boxes.
 * @param fileOf of an object on a frame, below `out`
 * The whole video is held in memory: whoever asks for it has asked for the room.
 * @throws KinemetricError as reading and writing videos does
 */
export async function writeOverlay(
  path: string,
  out: string,
  video: OpenedMaskVideo,
  objects: readonly string[],
  prompts: readonly MaskPrompt[],
  fileOf: (object: string, frame: number) => string,
): Promise<void> {
  const { frames, height, width } = video
  const bytes = 3 * height * width
  const drawn = new Uint8Array(frames * bytes)
  for await (const { index, rgb } of video.read(0, frames)) {
    const canvas = drawn.subarray(index * bytes, (index + 1) * bytes)
    canvas.set(rgb)
    const masks = await Promise.all(objects.map((object) => readMask(join(out, fileOf(object, index)))))
    drawMasks(canvas, video, masks)
    const boxes = prompts.flatMap(({ object, frame, box }) =>
      frame === index && box !== undefined ? [{ box, object: objects.indexOf(object) }] : [],
    )
    drawBoxes(canvas, video, boxes)
  }
  await writePreview(path, { pixels: frameArray(drawn, frames, height, width), fps: video.fps })
}

/** A grey picture's first channel. */
async function readMask(path: string): Promise<Uint8Array> {
  const { data } = await readImage(path)
  return Uint8Array.from({ length: data.length / 3 }, (_, pixel) => data[3 * pixel])
}
