import { hashBytes } from '@kinemetric/files'
import { frameArray } from '@kinemetric/video'
import type { Box, Size } from '../selection/boxes.ts'
import type { FrameSource } from './frame-source.ts'

/** Boxes to be drawn, as data. */
export interface BoxesToFill {
  /** Where they were read, for errors. */
  file: string
  size: Size
  /** By frame, counted from 0: the boxes, clamped to the frame; none where it is not named. */
  boxes: ReadonlyMap<number, readonly Box[]>
}

/** Masks drawn from boxes: pixel (x, y) is white where ⌊x1⌋ ≤ x < ⌈x2⌉ of some box, likewise y; black where a frame has none. */
export function filledBoxes(of: BoxesToFill): FrameSource {
  const { file, size, boxes } = of
  const [height, width] = size
  return {
    files: [file],
    digest: async () => hashBytes(JSON.stringify([size, [...boxes]])),
    portable: { kind: 'filled-boxes', data: of },
    rate: async () => undefined,
    async read({ start, stride, count }) {
      const wanted = count === 'all' ? boxes.size : count
      const data = new Uint8Array(wanted * height * width * 3)
      for (let t = 0; t < wanted; t++) {
        const frame = data.subarray(t * height * width * 3, (t + 1) * height * width * 3)
        for (const box of boxes.get(start + t * stride) ?? []) fill(frame, width, box)
      }
      return { pixels: frameArray(data, wanted, height, width), total: undefined }
    },
  }
}

function fill(frame: Uint8Array, width: number, [x1, y1, x2, y2]: Box): void {
  for (let y = Math.floor(y1); y < Math.ceil(y2); y++)
    frame.fill(255, (y * width + Math.floor(x1)) * 3, (y * width + Math.ceil(x2)) * 3)
}
