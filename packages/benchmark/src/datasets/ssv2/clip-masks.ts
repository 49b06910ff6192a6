import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatasetClip, DatasetObject, MaskDrawer, MaskPrompts } from '../dataset-adapter.ts'
import { filledBoxes } from '../filled-boxes.ts'
import type { KeptObject } from './judge-row.ts'
import { blankMasks } from './blank-masks.ts'
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
  const used = [...hands.keys()]
  const warnings: string[] = []
  const drawn = groupsOf(objects, objectMask).map(({ name, members }): DatasetObject => {
    const known = used.filter((frame) => members.every(({ boxes }) => boxes.has(frame)))
    const everyFrame = isEvery(name, known, used, warnings)
    const taken = everyFrame ? used : [facts.start]
    const boxes = new Map(taken.map((frame) => [frame, members.flatMap((each) => each.boxes.get(frame) ?? [])]))
    return { object: name, mask: filledBoxes({ file, size, boxes }), offset: 0, source, ...everyFrame }
  })
  return {
    control: filledBoxes({ file, size, boxes: hands }),
    controlType: 'box',
    controlSource: source,
    objects: drawn,
    warnings,
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
  const masks: DatasetObject[] = []
  const used = [...hands.keys()]
  const blank = await blankMasks(place)
  for (const { name, members } of groupsOf(objects, objectMask)) {
    const found = await Promise.all(members.map(({ index }) => foldersOf(place, names, nameOf(index))))
    const [first, ...others] = found.flat()
    if (first === undefined || found.some((each) => each.length === 0)) {
      warnings.push(`object "${name}" left out: no masks of it in ${row.id}/`)
      continue
    }
    const known = used.filter((frame) => members.every((object, at) => isMasked(object, found[at], blank, frame)))
    const everyFrame = isEvery(name, known, used, warnings)
    const mask = maskFiles({ ...of, folders: [first, ...others], frames: everyFrame ? used : [facts.start] })
    masks.push({ object: name, mask, offset: 0, source, ...everyFrame })
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

/** Whether an object's masks of all frames are known; some of them without the others are told, and are none. */
function isEvery(
  name: string,
  known: readonly number[],
  used: readonly number[],
  warnings: string[],
): Pick<DatasetObject, 'everyFrame'> | undefined {
  if (known.length === used.length) return { everyFrame: true }
  if (known.length > 1)
    warnings.push(
      `masks of "${name}" are known of ${known.length} of the clip's ${used.length} frames: no score of its region`,
    )
  return undefined
}

/** A file of every folder, one of which somebody asked for; where the object is out of view all of them are rightly black. */
function isMasked(
  { boxes }: KeptObject,
  folders: readonly MaskFolder[],
  blank: ReadonlySet<string>,
  frame: number,
): boolean {
  const files = folders.flatMap((folder) => folder.files.get(frame) ?? [])
  if (files.length < folders.length) return false
  return boxes.get(frame)?.length === 0 || files.some((file) => !blank.has(file))
}

/** What masks are drawn of: boxes of the hand and of each object in every frame that the clip uses. Each box is pointed at for itself. */
function promptsOf({ hands, objects }: SelectedRow): MaskPrompts {
  const ofHands = [...hands].flatMap(([frame, boxes]) =>
    boxes.map((box, index) => ({ object: numbered('hand', index), frame, box })),
  )
  const ofObjects = objects.flatMap(({ index, boxes }) =>
    [...boxes].flatMap(([frame, ofFrame]) =>
      ofFrame.map((box, place) => ({ object: numbered(nameOf(index), place), frame, box })),
    ),
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
