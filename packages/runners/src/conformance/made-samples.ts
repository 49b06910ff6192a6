import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ManifestClip } from '@kinemetric/benchmark'
import { hashFile } from '@kinemetric/files'
import { sampleFolder } from '@kinemetric/records'
import { contiguous, readFrames } from '@kinemetric/video'

/** Names of a sample's frames, in order. */
export async function frameNames(out: string, clip: string, sample = 0): Promise<string[]> {
  const names = await readdir(sampleFolder(out, clip, sample))
  return names.filter((name) => name.endsWith('.png')).sort()
}

/** The sha256 of every frame's file, by clip. */
export async function hashesOf(
  out: string,
  clips: readonly Pick<ManifestClip, 'id'>[],
  sample = 0,
): Promise<Record<string, string[]>> {
  const hashes: Record<string, string[]> = {}
  for (const { id } of clips) {
    const names = await frameNames(out, id, sample)
    hashes[id] = await Promise.all(names.map((name) => hashFile(join(sampleFolder(out, id, sample), name))))
  }
  return hashes
}

/** How far two runs' frames of the same clips are apart: the mean and the largest difference of samples in [0, 255]; Infinity for other shapes. */
export async function distanceOf(
  a: { out: string; sample?: number },
  b: { out: string; sample?: number },
  clips: readonly ManifestClip[],
): Promise<{ mean: number; largest: number }> {
  return distanceBetween(clips.map(({ id }) => [a, b].map(({ out, sample }) => sampleFolder(out, id, sample))))
}

/** The same of pairs of folders. */
export async function distanceBetween(
  folders: readonly (readonly string[])[],
): Promise<{ mean: number; largest: number }> {
  let [sum, count, largest] = [0, 0, 0]
  for (const two of folders) {
    const [one, other] = await Promise.all(
      two.map(async (folder) => contiguous((await readFrames(folder)).pixels).data),
    )
    if (one.length !== other.length) return { mean: Infinity, largest: Infinity }
    for (let i = 0; i < one.length; i++) {
      const difference = Math.abs(one[i] - other[i])
      sum += difference
      if (difference > largest) largest = difference
    }
    count += one.length
  }
  return { mean: sum / count, largest }
}
