import { readdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { confine, countOf, hashBytes, hashFile, isError, jsonLine, readJson, writeWhole } from '@kinemetric/files'
import type { FrameMasks } from '@kinemetric/networks'
import { writeMask } from '@kinemetric/video'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { masksFileName } from './object-names.ts'
import { type MaskEntry, maskEntrySchema, masksFileSchema } from './masks-file.ts'

/** Entries of one frame, by object. */
type FrameEntries = ReadonlyMap<string, MaskEntry>

const frameFileSchema = z.strictObject({
  identity: z.string(),
  /** Of the network that drew them; earlier builds did not note it. */
  digest: z.string().optional(),
  objects: z.array(z.strictObject({ object: z.string(), entry: maskEntrySchema })),
})

/**
 * Where masks are written: `<object>/frame_0000.png`, a frame and object each. What is finished of a frame is noted beside them until masks.json has all,
 * so that a run that was cut off goes on behind it.
 */
export class MaskFolder {
  readonly #out: string
  readonly #identity: string
  readonly #digits: number
  readonly #size: { readonly height: number; readonly width: number }
  readonly #entries = new Map<number, Map<string, MaskEntry>>()
  #digest: string | undefined
  #warnings: readonly string[] | undefined

  private constructor(
    out: string,
    identity: string,
    { frames, ...size }: { frames: number; height: number; width: number },
  ) {
    this.#out = out
    this.#identity = identity
    this.#digits = Math.max(4, String(frames - 1).length)
    this.#size = size
  }

  /**
   * Opens a folder to go on from, or an empty one.
   * @param identity sha256 of all that decides the masks
   * @param overwrite removes the masks of another identity
   * @throws KinemetricError `other-inputs` where masks of another identity, or other pictures, lie there
   */
  static async open(
    out: string,
    identity: string,
    objects: readonly string[],
    video: { frames: number; height: number; width: number },
    overwrite: boolean,
  ): Promise<MaskFolder> {
    const folder = new MaskFolder(out, identity, video)
    const found = await finishedIn(out)
    const notes = await readNotes(out)
    const own = notes.filter((note) => note.identity === identity)
    const same = found?.identity === identity ? found : undefined
    const others = notes.filter((note) => note.identity !== identity)
    if ((found !== undefined && same === undefined) || others.length > 0) {
      const by = found === undefined ? undefined : `masks of ${found.video.name} by ${found.model.id} (${found.mode})`
      if (!overwrite)
        throw benchmarkError('other-inputs', out, {
          expected: 'an empty folder, or masks of the same video, prompts, model and settings',
          found:
            same === undefined && by !== undefined ? by : `${countOf(others.length, 'frame')} of others, unfinished`,
          then: 'another --out, or --overwrite, which removes them',
        })
      const files = [
        ...(same === undefined ? (found?.objects ?? []) : []).flatMap(({ masks }) => masks.map(({ file }) => file)),
        ...others.flatMap(({ objects: drawn }) => drawn.map(({ entry }) => entry.file)),
      ]
      for (const file of files) await rm(await confine(out, file), { force: true })
      if (same === undefined) await rm(join(out, masksFileName), { force: true })
      if (own.length === 0) await rm(join(out, NOTES), { recursive: true, force: true })
    }
    for (const { id, masks } of same?.objects ?? []) for (const entry of masks) await folder.#take(id, entry)
    for (const note of own) for (const { object, entry } of note.objects) await folder.#take(object, entry)
    folder.#digest = [same?.model, ...own].find((each) => each?.digest !== undefined)?.digest
    folder.#warnings = same?.warnings
    await requireNoOthers(out, objects, folder)
    return folder
  }

  /** Of the network that drew what is there, as far as it is known. */
  get digest(): string | undefined {
    return this.#digest
  }

  /** Those of the masks.json that is there; undefined where none is. */
  get warnings(): readonly string[] | undefined {
    return this.#warnings
  }

  /** Whether every object's mask of a frame is there. */
  has(frame: number, objects: readonly string[]): boolean {
    const entries = this.#entries.get(frame)
    return entries !== undefined && objects.every((object) => entries.has(object))
  }

  entriesOf(frame: number): FrameEntries {
    return this.#entries.get(frame) ?? new Map<string, MaskEntry>()
  }

  /**
   * Writes the masks of one frame.
   * @param drawnBy digest of the network, where the frame is finished for good, so that another run need not compute it
   * @throws KinemetricError `disk-full`, `write-failed`
   */
  async add({ frame, objects }: FrameMasks, drawnBy: string | undefined): Promise<void> {
    const { height, width } = this.#size
    for (const { object, mask, objectScore, iou, prompted, absent } of objects) {
      const file = this.fileOf(object, frame)
      const png = await writeMask(join(this.#out, file), mask, height, width)
      const area = mask.reduce((sum, pixel) => sum + pixel, 0)
      this.#set(object, { frame, file, sha256: hashBytes(png), area, objectScore, iou, prompted, absent })
    }
    if (drawnBy !== undefined) await this.#note(frame, drawnBy)
  }

  /** Writes an empty mask: of a frame on which nobody asked for the object. */
  async addEmpty(frame: number, object: string): Promise<void> {
    const { height, width } = this.#size
    const file = this.fileOf(object, frame)
    const png = await writeMask(join(this.#out, file), new Uint8Array(height * width), height, width)
    const nothing = { area: 0, objectScore: null, iou: null, prompted: false, absent: false }
    this.#set(object, { frame, file, sha256: hashBytes(png), ...nothing })
  }

  fileOf(object: string, frame: number): string {
    return `${object}/frame_${String(frame).padStart(this.#digits, '0')}.png`
  }

  /** Removes the notes: masks.json has all. */
  async finish(): Promise<void> {
    await rm(join(this.#out, NOTES), { recursive: true, force: true })
  }

  async #note(frame: number, digest: string): Promise<void> {
    const objects = [...this.entriesOf(frame)].map(([object, entry]) => ({ object, entry }))
    const text = `${jsonLine({ identity: this.#identity, digest, objects })}\n`
    await writeWhole(join(this.#out, NOTES, `${frame}.json`), text, { durable: false })
  }

  /** Takes up what another run left, where the picture is still what it was. */
  async #take(object: string, entry: MaskEntry): Promise<void> {
    if (entry.file !== this.fileOf(object, entry.frame)) return
    const sha256 = await hashFile(join(this.#out, entry.file)).catch(() => undefined)
    if (sha256 === entry.sha256) this.#set(object, entry)
  }

  #set(object: string, entry: MaskEntry): void {
    const entries = this.#entries.get(entry.frame) ?? new Map<string, MaskEntry>()
    this.#entries.set(entry.frame, entries.set(object, entry))
  }
}

const NOTES = '.frames'

type Note = z.infer<typeof frameFileSchema>

/** What is noted of finished frames; a note that was cut off is none. */
async function readNotes(out: string): Promise<Note[]> {
  const names = await readdir(join(out, NOTES)).catch(() => [])
  const notes = names.map((name) => readJson(join(out, NOTES, name), frameFileSchema).catch(() => undefined))
  return (await Promise.all(notes)).filter((note) => note !== undefined)
}

async function finishedIn(out: string) {
  return readJson(join(out, masksFileName), masksFileSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
}

/** Other pictures would be read as masks. */
async function requireNoOthers(out: string, objects: readonly string[], folder: MaskFolder): Promise<void> {
  const entries = await readdir(out, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries) {
    if (entry.isDirectory() || !entry.name.toLowerCase().endsWith('.png') || entry.name.startsWith('.')) continue
    const file = relative(resolve(out), join(resolve(entry.parentPath), entry.name)).replaceAll('\\', '/')
    const frame = Number(/frame_(\d+)\.png$/.exec(file)?.[1])
    if (objects.some((object) => folder.fileOf(object, frame) === file)) continue
    throw benchmarkError('other-inputs', out, {
      expected: 'a folder without other PNG files, which would be taken for masks',
      found: file,
    })
  }
}
