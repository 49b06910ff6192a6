import type { FrameArray } from '@kinemetric/video'

/** Buffers that wait for the next frames, the last given back first, and those that are ours at all. */
const free: ArrayBuffer[] = []
const ours = new WeakSet<ArrayBufferLike>()
const most = 4
const largest = 2 ** 26

/**
 * Bytes for frames that will be given back: the engine collects garbage for every few dozen MB that are allocated, which took a quarter of a preparation's
 * processor time. Their content is anything.
 */
export function takeBytes(length: number): Uint8Array<ArrayBuffer> {
  const at = free.findLastIndex((buffer) => buffer.byteLength >= length && buffer.byteLength <= 4 * length)
  const buffer = at < 0 ? new ArrayBuffer(length) : free.splice(at, 1)[0]
  ours.add(buffer)
  return new Uint8Array(buffer, 0, length)
}

/** For whoever has frames that nobody else holds and that are needed no more. What is not of `takeBytes` is left alone. */
export function giveBack({ data: { buffer } }: FrameArray): void {
  if (!(buffer instanceof ArrayBuffer) || !ours.delete(buffer) || buffer.byteLength > largest) return
  free.push(buffer)
  if (free.length > most) free.shift()
}
