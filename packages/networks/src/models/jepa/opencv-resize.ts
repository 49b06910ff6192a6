import { contiguous, type FrameArray, frameArray } from '@kinemetric/video'
import { loadOpencv } from '../lucas-kanade/opencv.ts'

/** OpenCV's `resize` with INTER_LINEAR on bytes, by OpenCV itself. @returns `[T, height, width, 3]` */
export async function opencvLinear(frames: FrameArray, height: number, width: number): Promise<FrameArray> {
  const { cv } = await loadOpencv()
  const [count, inputHeight, inputWidth] = frames.shape
  const { data } = contiguous(frames)
  const [bytes, resizedBytes] = [inputHeight * inputWidth * 3, height * width * 3]
  const resized = new Uint8Array(count * resizedBytes)
  const source = new cv.Mat(inputHeight, inputWidth, cv.CV_8UC3)
  const target = new cv.Mat()
  try {
    for (let t = 0; t < count; t++) {
      source.data.set(data.subarray(t * bytes, (t + 1) * bytes))
      cv.resize(source, target, new cv.Size(width, height), 0, 0, cv.INTER_LINEAR)
      resized.set(target.data, t * resizedBytes)
    }
  } finally {
    source.delete()
    target.delete()
  }
  return frameArray(resized, count, height, width)
}
