import { join } from 'node:path'
import { isError, portableMessage } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip, DatasetContext, DatasetItem } from '../dataset-adapter.ts'
import { filledBoxes } from '../filled-boxes.ts'
import { type FrameSource, videoSource } from '../frame-source.ts'
import { classOf } from './labels/classes.ts'
import { stages } from './judge-row.ts'
import { maskCost } from './mask-cost.ts'
import { findMasks, maskFiles } from './mask-files.ts'
import { type Ssv2Options, ssv2Options } from './options.ts'
import { paperCounts } from './labels/releases.ts'
import { rulesOf, type Ssv2Rules } from './rules.ts'
import { otherRate, type SelectedRow, type Selection, selectRows } from './select-rows.ts'

/**
 * Something-Something-v2 with the boxes of Something-Else, from their own files, selected as InterDyn's paper says (arXiv:2412.11785, section 4.1) where it
 * says something. Each clip has its own start and crop.
 */
export const ssv2: DatasetAdapter<Ssv2Options> = {
  id: 'ssv2',
  title: 'Something-Something-v2 with Something-Else’s boxes',
  options: ssv2Options,
  withoutFolder: true,
  stages,
  stagesFor: ({ visibleIn }) => stages.filter((stage) => stage !== 'cropped-out' || visibleIn === 'crop'),
  async *clips(_folder, options, context) {
    requireControl(options, context)
    const rules = rulesOf(options, context.protocol.identity)
    const selection = await selectRows(rules, context)
    const { unpack } = selection.copy.videos
    if (unpack !== undefined && !context.plan)
      throw benchmarkError('bad-dataset', options.videos, {
        expected: 'videos (<id>.webm)',
        found: `pieces of the archive (${selection.copy.videos.parts.join(', ')})`,
        then: `unpack all of them: ${unpack}`,
      })
    yield { facts: factsOf(selection, options, rules) }
    for (const { id, reason, message } of selection.warnings) yield { id, reason, warning: message }
    for (const note of selection.notes) yield { note }
    yield* selection.removals
    for (const row of selection.kept)
      yield await clipOf(row, options).catch((error: unknown) => {
        // What is wrong with one clip's masks is wrong with that clip.
        if (!isError(error, 'unfit')) throw error
        return { id: row.row.id, problem: portableMessage(error) }
      })
  },
}

/** Masks by SAM 2 are made apart, on another machine it may be. @throws KinemetricError `no-masks`, with the command; `bad-option` */
function requireControl({ control, masks }: Ssv2Options, { plan }: DatasetContext): void {
  if (masks !== undefined && control === 'box')
    throw benchmarkError('bad-option', '--control box', {
      expected: 'filled boxes alone, or --control masks with --masks',
      found: `--masks ${masks}`,
    })
  if (control === 'masks' && masks === undefined)
    throw benchmarkError('bad-option', '--control masks', { expected: '--masks, a folder of masks', found: 'none' })
  if (control === 'sam2' && masks === undefined && !plan)
    throw benchmarkError('no-masks', '--control sam2', {
      expected: 'masks of hands and objects by SAM 2',
      found: 'none',
      then: 'make them with "kinemetric masks" and give them by --masks, or take --control box, which needs no weights',
    })
}

/** What `prepare.json` says beside the funnel. */
function factsOf({ kept, copy }: Selection, { split }: Ssv2Options, rules: Ssv2Rules) {
  const { size, frames, stride, minFrames } = rules
  const [height, width] = size
  return {
    rules: { size, frames, stride, minFrames },
    kept: Object.fromEntries(kept.map(({ row, facts }) => [row.id, facts])),
    paper: paperCounts[split][`${height}x${width}`] ?? null,
    masks: maskCost(kept),
    copy,
  }
}

async function clipOf(selected: SelectedRow, options: Ssv2Options): Promise<DatasetItem> {
  const { row, path, probe, facts } = selected
  const { id, label, template } = row
  const rate = otherRate(probe)
  if (rate !== undefined) return { id, problem: rate }
  const texts = { label, template, class: classOf(template) }
  const masked = options.masks === undefined ? boxControl(selected, options) : await maskControl(selected, options)
  return {
    id,
    video: videoSource(path),
    name: `${id}.webm`,
    text: texts[options.text],
    ...texts,
    window: { start: facts.start },
    crop: facts.crop,
    ...masked,
  }
}

type Masked = Pick<DatasetClip, 'control' | 'controlType' | 'controlSource' | 'objects' | 'warnings'>

function boxControl({ probe, hands, objects, facts }: SelectedRow, { boxes: [file], objectMask }: Ssv2Options): Masked {
  const size = [probe.height, probe.width] as const
  const source = 'boxes'
  const drawn = groupsOf(objects, objectMask).map(({ name, members }) => ({
    object: name,
    mask: filledBoxes({ file, size, boxes: new Map([[facts.start, members.flatMap(({ boxes }) => boxes)]]) }),
    offset: 0,
    source,
  }))
  return {
    control: filledBoxes({ file, size, boxes: hands }),
    controlType: 'box',
    controlSource: source,
    objects: drawn,
  }
}

async function maskControl({ row, probe, hands, objects, facts }: SelectedRow, options: Ssv2Options): Promise<Masked> {
  const place = join(options.masks ?? '', row.id)
  const of = { size: [probe.height, probe.width] as const, total: probe.frames }
  const hand = (await findMasks(join(place, 'hand'))) ?? { path: join(place, 'hand'), files: new Map<number, string>() }
  const source = 'folder'
  const warnings: string[] = []
  const masks: NonNullable<DatasetClip['objects']> = []
  for (const { name, members } of groupsOf(objects, options.objectMask)) {
    const folders = await Promise.all(
      members.map(({ index }) => findMasks(join(place, String(index).padStart(4, '0')))),
    )
    const [first, ...others] = folders.filter((folder) => folder !== undefined)
    if (first === undefined || others.length + 1 < members.length) {
      warnings.push(`object "${name}" left out: no masks of it in ${row.id}/`)
      continue
    }
    const mask: FrameSource = maskFiles({ ...of, folders: [first, ...others], frames: [facts.start] })
    masks.push({ object: name, mask, offset: 0, source })
  }
  return {
    control: maskFiles({ ...of, folders: [hand], frames: [...hands.keys()] }),
    controlType: 'mask',
    controlSource: source,
    objects: masks,
    warnings,
  }
}

type Objects = SelectedRow['objects']

/** The objects that become masks: each for itself, all as one, or the first. Names are told apart where two are called the same. */
function groupsOf(objects: Objects, objectMask: Ssv2Options['objectMask']): { name: string; members: Objects }[] {
  if (objects.length === 0) return []
  if (objectMask === 'union') return [{ name: objects.map(({ name }) => name).join(' + '), members: objects }]
  const taken = objectMask === 'first' ? objects.slice(0, 1) : objects
  return taken.map((object) => {
    const alike = objects.filter(({ name }) => name === object.name)
    const name = alike.length === 1 ? object.name : `${object.name} (${alike.indexOf(object) + 1})`
    return { name, members: [object] }
  })
}
