import { readdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { confine, hashBytes, hashFile, isError, jsonLine, readJson, writeWhole } from '@kinemetric/files'
import type { FrameMasks } from '@kinemetric/networks'
import { writeMask } from '@kinemetric/video'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { type MaskEntry, maskEntrySchema, masksFileSchema } from './masks-file.ts'

/** Entries of one frame, by object. */
type FrameEntries = ReadonlyMap<string, MaskEntry>

const frameFileSchema = z.strictObject({
  identity: z.string(),
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
    if (found !== undefined && found.identity !== identity) {
      if (!overwrite) {
        throw benchmarkError('other-inputs', out, {
          expected: 'an empty folder, or masks of the same video, prompts, model and settings',
          found: `masks of ${found.video.name} by ${found.model.id} (${found.mode})`,
          then: 'another --out, or --overwrite, which removes them',
        })
      }
      for (const { masks } of found.objects)
        for (const { file } of masks) await rm(await confine(out, file), { force: true })
      await rm(join(out, 'masks.json'), { force: true })
    }
    const known = found?.identity === identity ? found.objects : []
    for (const { id, masks } of known) for (const entry of masks) await folder.#take(id, entry)
    for (const { object, entry } of await folder.#noted()) await folder.#take(object, entry)
    await requireNoOthers(out, objects, folder)
    return folder
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
   * @param note whether the frame is finished for good, so that another run need not compute it
   * @throws KinemetricError `disk-full`, `write-failed`
   */
  async add({ frame, objects }: FrameMasks, note: boolean): Promise<void> {
    const { height, width } = this.#size
    for (const { object, mask, objectScore, iou, prompted, absent } of objects) {
      const file = this.fileOf(object, frame)
      const png = await writeMask(join(this.#out, file), mask, height, width)
      const area = mask.reduce((sum, pixel) => sum + pixel, 0)
      this.#set(object, { frame, file, sha256: hashBytes(png), area, objectScore, iou, prompted, absent })
    }
    if (note) await this.#note(frame)
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

  async #note(frame: number): Promise<void> {
    const objects = [...this.entriesOf(frame)].map(([object, entry]) => ({ object, entry }))
    const text = `${jsonLine({ identity: this.#identity, objects })}\n`
    await writeWhole(join(this.#out, NOTES, `${frame}.json`), text, { durable: false })
  }

  async #noted(): Promise<z.infer<typeof frameFileSchema>['objects']> {
    const names = await readdir(join(this.#out, NOTES)).catch(() => [])
    const notes = await Promise.all(
      names.map((name) => readJson(join(this.#out, NOTES, name), frameFileSchema).catch(() => undefined)),
    )
    return notes.flatMap((note) => (note?.identity === this.#identity ? note.objects : []))
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

async function finishedIn(out: string) {
  return readJson(join(out, 'masks.json'), masksFileSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
}

/** Other pictures would be read as masks. */
async function requireNoOthers(out: string, objects: readonly string[], folder: MaskFolder): Promise<void> {
  const entries = await readdir(out, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.name.toLowerCase().endsWith('.png') || entry.name.startsWith('.')) continue
    const file = relative(resolve(out), join(resolve(entry.parentPath), entry.name)).replaceAll('\\', '/')
    const frame = Number(/frame_(\d+)\.png$/.exec(file)?.[1])
    if (objects.some((object) => folder.fileOf(object, frame) === file)) continue
    throw benchmarkError('other-inputs', out, {
      expected: 'a folder without other PNG files, which would be taken for masks',
      found: file,
    })
  }
}
