import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { nearestFolder } from '@kinemetric/files'
import { sampleFolder } from '@kinemetric/records'
import { runnerError } from '../generator/runner-error.ts'
import { tensorDumpPath } from '../sampling/tensor-dump.ts'
import type { NativeOptions, WantedSample } from '../execution/execution.ts'
import { previewName } from '../execution/sample.ts'

/**
 * Holds the folder of a dump against what must not be written over, before anything is made: files of a dump are called as those of given noise are.
 * @param out where the frames go, where that is known
 * @throws KinemetricError `bad-option` where it is no folder and cannot become one, is that of the noise, or lies in that of the frames
 */
export async function requireDumpFolder({ dump, noise }: NativeOptions, out?: string): Promise<void> {
  if (dump === undefined) return
  const refuse = (expected: string, found: string) =>
    runnerError('bad-option', '--dump', { expected, found: `${dump}, ${found}` })
  const there = await nearestFolder(resolve(dump))
  if (!(await stat(there)).isDirectory()) throw refuse('a folder, or a place for one', `but ${there} is a file`)
  await access(there, constants.W_OK).catch(() => {
    throw refuse('a folder that can be written to', `but ${there} cannot`)
  })
  const place = await realPlace(dump)
  if (noise !== undefined && place === (await realPlace(noise)))
    throw refuse('another folder than that of --noise', 'whose files would be written over')
  if (out !== undefined && isInside(place, await realPlace(out)))
    throw refuse('a folder outside of that of the frames', `which is ${out} or lies in it`)
}

/** What was asked for beside the frames and is not there of samples that are: whoever asks later gets nothing of them. */
export async function missingBesideFrames(
  out: string,
  there: readonly WantedSample[],
  { dump, preview }: Pick<NativeOptions, 'dump' | 'preview'>,
): Promise<string[]> {
  const asked: [string, ((sample: WantedSample) => string) | undefined][] = [
    ['--dump', dump === undefined ? undefined : ({ clip, sample }) => tensorDumpPath(dump, clip.id, sample)],
    ['--preview', preview ? ({ clip, sample }) => join(sampleFolder(out, clip.id, sample), previewName) : undefined],
  ]
  const warnings: string[] = []
  for (const [option, pathOf] of asked) {
    if (pathOf === undefined) continue
    let without = 0
    for (const sample of there) if ((await stat(pathOf(sample)).catch(() => undefined)) === undefined) without++
    if (without > 0)
      warnings.push(
        `${option}: ${without} of the samples were made before and get none: choose another folder for the frames, or remove those samples’ folders, to have it of all`,
      )
  }
  return warnings
}

/** Where a path leads, as far as it is there. */
async function realPlace(path: string): Promise<string> {
  const there = await nearestFolder(resolve(path))
  return join(await realpath(there), relative(there, resolve(path)))
}

function isInside(path: string, folder: string): boolean {
  return path === folder || (path !== dirname(path) && isInside(dirname(path), folder))
}
