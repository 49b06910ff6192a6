import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetClip, MaskDrawer, MaskPrompts } from '../dataset-adapter.ts'
import { filledBoxes } from '../filled-boxes.ts'
import { findMasks, type MaskFolder, maskFiles } from './mask-files.ts'
import type { Ssv2Options } from './options.ts'
import type { SelectedRow } from './select-rows.ts'

/** What a clip's control and object masks are. */
export type ClipMasks = Pick<DatasetClip, 'control' | 'controlType' | 'controlSource' | 'objects' | 'warnings'>

/**
 * The control and the objects' masks of a clip, from one source: filled boxes, a folder of masks, or masks that are drawn now. Nothing is filled in from
 * another one. A plan has none where they would have to be drawn.
 * @throws KinemetricError of kind `unfit` for this clip's masks
 */
export async function masksOf(
  selected: SelectedRow,
  options: Ssv2Options,
  drawer: MaskDrawer | undefined,
  signal: AbortSignal | undefined,
): Promise<ClipMasks> {
  const { control, masks, objectMask } = options
  const { row, path } = selected
  if (control === 'box') return filled(selected, options)
  if (control === 'masks') return fromFolder(selected, join(masks ?? '', row.id), objectMask, 'folder')
  if (drawer === undefined) return {}
  const place = await drawer.draw({ clip: row.id, video: path, prompts: promptsOf(selected) }, signal)
  return fromFolder(selected, place, objectMask, drawer.source)
}

function filled({ probe, hands, objects, facts }: SelectedRow, { boxes: [file], objectMask }: Ssv2Options): ClipMasks {
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

/** `hand/`, and for the first object `0000/`; where one was pointed at by several boxes also `hand-2/`, …: the masks of all are one. */
async function fromFolder(
  { row, probe, hands, objects, facts }: SelectedRow,
  place: string,
  objectMask: Ssv2Options['objectMask'],
  source: string,
): Promise<ClipMasks> {
  const of = { size: [probe.height, probe.width] as const, total: probe.frames }
  const names = await readdir(place).catch((): string[] => [])
  const [hand = { path: join(place, 'hand'), files: new Map<number, string>() }, ...more] = await foldersOf(
    place,
    names,
    'hand',
  )
  const warnings: string[] = []
  if (![0, probe.frames, hands.size].includes(hand.files.size))
    warnings.push(`masks of the hand in ${hand.files.size} frames, of a video of ${probe.frames}`)
  const masks: NonNullable<DatasetClip['objects']> = []
  for (const { name, members } of groupsOf(objects, objectMask)) {
    const found = await Promise.all(members.map(({ index }) => foldersOf(place, names, nameOf(index))))
    const [first, ...others] = found.flat()
    if (first === undefined || found.some((each) => each.length === 0)) {
      warnings.push(`object "${name}" left out: no masks of it in ${row.id}/`)
      continue
    }
    const mask = maskFiles({ ...of, folders: [first, ...others], frames: [facts.start] })
    masks.push({ object: name, mask, offset: 0, source })
  }
  return {
    control: maskFiles({ ...of, folders: [hand, ...more], frames: [...hands.keys()] }),
    controlType: 'mask',
    controlSource: source,
    objects: masks,
    warnings,
  }
}

async function foldersOf(place: string, names: readonly string[], object: string): Promise<MaskFolder[]> {
  const own = names.filter((name) => name === object || (name.startsWith(`${object}-`) && /-\d+$/.test(name)))
  const found = await Promise.all(own.sort().map((name) => findMasks(join(place, name))))
  return found.filter((folder) => folder !== undefined)
}

/** What masks are drawn of: the hand's boxes in every frame that the clip uses, each object's in its first. Each box is pointed at for itself. */
function promptsOf({ hands, objects, facts }: SelectedRow): MaskPrompts {
  const ofHands = [...hands].flatMap(([frame, boxes]) =>
    boxes.map((box, index) => ({ object: numbered('hand', index), frame, box })),
  )
  const ofObjects = objects.flatMap(({ index, boxes }) =>
    boxes.map((box, place) => ({ object: numbered(nameOf(index), place), frame: facts.start, box })),
  )
  return [...ofHands, ...ofObjects]
}

/** As Something-Else numbers a label's objects. */
function nameOf(index: number): string {
  return String(index).padStart(4, '0')
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`
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
