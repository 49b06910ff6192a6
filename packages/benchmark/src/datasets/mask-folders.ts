import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { leadsToFolder, systemReason } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetClip, DatasetProblem } from './dataset-adapter.ts'
import { videoSource } from './frame-source.ts'

/** What a clip folder `<id>/` holds: `video.<ext>`, `mask_<driver>.<ext>`, `mask_<object>.<ext>`. */
export interface MaskFolderLayout {
  dataset: string
  extension: '.webm' | '.mkv'
  driver: string
  /** Mask frame that belongs to video frame 0, undefined where unknown. */
  offset: (id: string, object: string) => number | undefined
  /** Other files that a clip may have. */
  assets?: readonly string[] | undefined
}

/** Reads a dataset of one folder a clip. @throws KinemetricError `bad-dataset` */
export async function* readMaskFolders(
  folder: string,
  layout: MaskFolderLayout,
): AsyncIterable<DatasetClip | DatasetProblem> {
  const entries = (await list(folder, layout)).filter((entry) => !entry.name.startsWith('.'))
  const isFolder = await Promise.all(entries.map((entry) => leadsToFolder(folder, entry)))
  const ids = entries.filter((_, index) => isFolder[index]).map((entry) => entry.name)
  if (ids.length === 0)
    throw benchmarkError('bad-dataset', folder, {
      expected: `folders of ${layout.dataset} (<id>/video${layout.extension})`,
      found: 'none',
    })
  for (const id of ids.sort()) yield await readClipFolder(folder, id, layout)
}

async function readClipFolder(
  folder: string,
  id: string,
  layout: MaskFolderLayout,
): Promise<DatasetClip | DatasetProblem> {
  const names = (await list(join(folder, id), layout))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
  const video = `video${layout.extension}`
  if (!names.includes(video))
    return { id, problem: `expected ${video} in ${id}, found ${names.join(', ') || 'nothing'}` }
  const control = `mask_${layout.driver}${layout.extension}`
  const clip: DatasetClip = { id, video: videoSource(join(folder, id, video)), name: `${id}/${video}` }
  const warnings: string[] = []
  if (names.includes(control)) clip.control = videoSource(join(folder, id, control))
  else warnings.push(`no ${control}: the clip has no control signal`)
  const objects: DatasetClip['objects'] = []
  for (const name of names.sort()) {
    if (!name.startsWith('mask_') || !name.endsWith(layout.extension) || name === control) continue
    const object = name.slice('mask_'.length, -layout.extension.length)
    const offset = layout.offset(id, object)
    if (offset === undefined)
      warnings.push(`object mask "${object}" left out: nothing says which of its frames belongs to video frame 0`)
    else objects.push({ object, mask: videoSource(join(folder, id, name)), offset, everyFrame: true })
  }
  if (objects.length > 0) clip.objects = objects
  const assets = (layout.assets ?? []).filter((name) => names.includes(name))
  if (assets.length > 0) clip.assets = Object.fromEntries(assets.map((name) => [name, join(folder, id, name)]))
  if (warnings.length > 0) clip.warnings = warnings
  return clip
}

async function list(folder: string, layout: MaskFolderLayout) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    const said = { expected: `a readable folder of ${layout.dataset}`, found: systemReason(cause) }
    throw benchmarkError('bad-dataset', folder, said, { cause })
  }
}
