import { basename } from 'node:path'
import { hasEnding, videoEndings } from '@kinemetric/video'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { DatasetClip, DatasetContext, DatasetItem, DatasetWarning } from '../dataset-adapter.ts'
import { type FrameSource, videoSource } from '../frame-source.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import { type Beside, isStill, listBeside, nameOf, oneOf } from './beside.ts'
import { type Captions, readCaptions } from './captions.ts'
import { type ClipRow, readClipTable } from './clip-table.ts'
import { type FolderOptions, requireFitting } from './folder-options.ts'
import { FrameRates } from './frame-rates.ts'
import { type FolderEntry, listEntries } from './list-entries.ts'
import { ignoredNotes, unusedNote } from './notes.ts'
import { objectsOf } from './object-masks.ts'

/** What a clip of a folder begins with. */
interface Listed {
  id: string
  /** Names that files beside it may have, the clip's own first. */
  names: readonly string[]
  /** Of the folder, several where it cannot be told which is meant. */
  entries: readonly FolderEntry[]
  /** Name inside the folder. */
  name: string
  row?: ClipRow | undefined
}

/**
 * The clips of a folder with what lies beside them under their names.
 * @throws KinemetricError `bad-dataset`, `bad-option`
 */
export async function* folderClips(
  folder: string,
  options: FolderOptions,
  { protocol: { identity } }: Pick<DatasetContext, 'protocol'>,
): AsyncIterable<DatasetItem> {
  requireFitting(options)
  const { prompts = false } = options
  const { entries, notes } = await listEntries(folder, prompts)
  const byName = Map.groupBy(entries, ({ name }) => name)
  const table = options.clips === undefined ? undefined : await readClipTable(options.clips)
  for (const row of table?.rows ?? []) requireCropOfClips(row, options.clips, identity)
  const captions = options.captions === undefined ? undefined : await readCaptions(options.captions)
  const found =
    table === undefined ? allClips(folder, byName, startsOf(options.starts)) : rowClips(folder, byName, table.rows)
  for (const note of [...notes, ...ignoredNotes(options.clips, table?.ignored)]) yield { note }
  const beside = await besideOf(options)
  const rates = new FrameRates(options.fps, identity.window.fps)
  for (const clip of found) {
    yield* lackingOf(clip, options, beside, captions)
    yield await itemOf(clip, { options, beside, captions, rates })
  }
  rates.requireUsed()
  const named = new Set(found.flatMap(({ entries: own }) => own.map(({ name }) => name)))
  const passed = [...byName.keys()].filter((name) => !named.has(name))
  for (const note of [
    ...rates.notes(),
    ...unusedNote(passed, 'videos', 'no row names them'),
    ...ignoredNotes(options.captions, captions?.ignored),
    ...unusedNote(captions?.unused() ?? [], 'captions', 'no clip has their names'),
    ...Object.entries(beside).flatMap(([what, files]) =>
      unusedNote(files?.unused() ?? [], besideNames[what] ?? what, 'no clip has their names'),
    ),
  ])
    yield { note }
}

/** Every video and every take, once or from each start. */
function allClips(
  folder: string,
  byName: ReadonlyMap<string, readonly FolderEntry[]>,
  starts: readonly number[] | undefined,
): Listed[] {
  return [...byName].flatMap(([name, entries]): Listed[] => {
    const [entry] = entries
    const clip = { id: name, names: namesOf(name, entry), entries, name: inside(folder, entry) }
    if (starts === undefined) return [clip]
    return starts.map((start) => {
      const id = starts.length === 1 ? name : windowName(name, start)
      return { ...clip, id, names: [id, ...clip.names], row: { line: 0, start } }
    })
  })
}

/** A clip for each row of a table. */
function rowClips(
  folder: string,
  byName: ReadonlyMap<string, readonly FolderEntry[]>,
  rows: readonly ClipRow[],
): Listed[] {
  const entriesOf = (video: string) => byName.get(video) ?? byName.get(nameOf(video, false)) ?? []
  const counts = Map.groupBy(rows, ({ video, id }) => video ?? id)
  return rows.map((row) => {
    const video = row.video ?? row.id ?? ''
    const entries = entriesOf(video)
    const name = entries[0]?.name ?? video
    const several = (counts.get(row.video ?? row.id)?.length ?? 0) > 1
    const id = row.id ?? (several ? windowName(name, row.start ?? 0) : name)
    const place = entries[0] === undefined ? video : inside(folder, entries[0])
    return { id, names: [id, ...namesOf(name, entries[0])], entries, name: place, row }
  })
}

interface Given {
  options: FolderOptions
  beside: BesideFiles
  captions: Captions | undefined
  rates: FrameRates
}

async function itemOf(listedClip: Listed, { options, beside, captions, rates }: Given): Promise<DatasetItem> {
  const { id, names, entries, name, row } = listedClip
  const [entry] = entries
  if (entries.length > 1)
    return {
      id,
      problem: `expected one video of that name, found ${entries.map(({ path }) => basename(path)).join(' and ')}`,
    }
  const image = oneOf(pathsOf(beside.firstFrames, names))
  const control = oneOf(pathsOf(beside.controls, names))
  for (const [what, source] of Object.entries({ 'first frame': image, 'control signal': control }))
    if (typeof source === 'string') return { id, problem: `its ${what}: ${source}` }
  if (entry === undefined && image === undefined)
    return { id, problem: `expected a video or a first frame of that name, found neither${ofRow(row, options.clips)}` }
  const clip: DatasetClip = { id, name, ...textsOf(captions?.of(names)), ...textsOf(row) }
  const isPrompt = options.prompts === true || entry === undefined
  const isOfFrames = !isPrompt && entry.kind === 'images'
  if (!isPrompt) clip.video = isOfFrames ? rates.folder(entry.path, row?.fps) : videoSource(entry.path)
  if (isPrompt && entry !== undefined) clip.image = videoSource(entry.path)
  if (typeof image === 'object') clip.image = image
  // Nothing but its control signal says which of a prompt's frames are meant.
  const leads = isPrompt && typeof control === 'object' && options.controlFrames !== 'window' && isFolder(control)
  if (typeof control === 'object') {
    const { controlType, controlFrames } = options
    const source = leads ? rates.folder(control.files[0], row?.fps) : control
    Object.assign(clip, { control: source, controlType, controlFrames, controlSource: 'folder' })
  }
  rates.count(row?.fps !== undefined && !isOfFrames && !leads)
  if (row?.start !== undefined) clip.window = { start: row.start }
  if (row?.top !== undefined && row.left !== undefined) clip.crop = { top: row.top, left: row.left }
  const objects = await objectsOf(pathsOf(beside.objectMasks, names))
  if (typeof objects === 'string') return { id, problem: objects }
  if (objects.length > 0) clip.objects = objects
  return clip
}

type BesideFiles = Partial<Record<'firstFrames' | 'controls' | 'objectMasks', Beside>>

const besideNames: Readonly<Record<string, string>> = {
  firstFrames: 'first frames',
  controls: 'control signals',
  objectMasks: 'object masks',
}

async function besideOf({ firstFrames, controls, objectMasks }: FolderOptions): Promise<BesideFiles> {
  return {
    ...(firstFrames === undefined ? {} : { firstFrames: await listBeside(firstFrames) }),
    ...(controls === undefined ? {} : { controls: await listBeside(controls) }),
    ...(objectMasks === undefined ? {} : { objectMasks: await listBeside(objectMasks) }),
  }
}

const lackingNames: Readonly<Record<keyof BesideFiles, readonly [reason: string, what: string]>> = {
  firstFrames: ['no-first-frame', 'first frame'],
  controls: ['no-control', 'control signal'],
  objectMasks: ['no-object-masks', 'object masks'],
}

/** What others have and this clip has not: a name that is spelt otherwise, more often than not. */
function lackingOf(
  { id, names, row }: Listed,
  options: FolderOptions,
  beside: BesideFiles,
  captions: Captions | undefined,
): DatasetWarning[] {
  const warnings: DatasetWarning[] = []
  for (const which of ['firstFrames', 'controls', 'objectMasks'] as const) {
    const [reason, what] = lackingNames[which]
    if (beside[which] !== undefined && pathsOf(beside[which], names).length === 0)
      warnings.push({ id, reason, warning: `no ${what} of its name in ${basename(options[which] ?? '')}` })
  }
  const hasText = row?.text !== undefined || row?.label !== undefined
  if (captions !== undefined && captions.of(names) === undefined && !hasText)
    warnings.push({ id, reason: 'no-caption', warning: `no row of its name in ${basename(options.captions ?? '')}` })
  return warnings
}

/** A folder of frames, by what is no ending of a file. */
function isFolder({ files: [path] }: FrameSource): boolean {
  return !isStill(path) && !hasEnding(path, videoEndings)
}

/** @throws KinemetricError `bad-dataset` for a place that the protocol, which is what scores are signed with, does not have */
function requireCropOfClips({ top, line }: ClipRow, file = '', { id, geometry }: ProtocolIdentity): void {
  if (top === undefined || (geometry?.fit === 'cover' && geometry.crop === 'clip')) return
  const crop =
    geometry === null || geometry.fit === 'exact' ? 'nothing is cropped' : 'every clip is cropped in the centre'
  throw benchmarkError('bad-dataset', `${file}:${line}`, {
    expected: `no top and left under ${id}, by which ${crop}`,
    found: 'them',
    then: 'a protocol with "crop": "clip" in its geometry takes them',
  })
}

/** Those of the clip's own name; where it has none, those of its video. */
function pathsOf(files: Beside | undefined, names: readonly string[]): readonly string[] {
  return names.map((name) => files?.of(name) ?? []).find(({ length }) => length > 0) ?? []
}

function textsOf(row: ClipRow | undefined): Pick<DatasetClip, 'text' | 'label' | 'template' | 'class'> {
  if (row === undefined) return {}
  const { text, label, template } = row
  const given = { text, label, template, class: row.class }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function startsOf(text: string | undefined): number[] | undefined {
  return text === undefined ? undefined : [...new Set(text.split(',').map(Number))].sort((a, b) => a - b)
}

function windowName(video: string, start: number): string {
  return `${video}-at-${start}`
}

/** Takes of one scene share what lies beside it. */
function namesOf(name: string, entry: FolderEntry | undefined): string[] {
  return entry?.scene === undefined || entry.scene === name ? [name] : [name, entry.scene]
}

/** Takes of one scene have one name, for they are one unit of any statistics. */
function inside(folder: string, { path, scene }: FolderEntry): string {
  return scene ?? path.slice(folder.length).replace(/^[\\/]/, '')
}

function ofRow(row: ClipRow | undefined, file: string | undefined): string {
  return row === undefined || file === undefined ? '' : ` (${basename(file)}:${row.line})`
}
