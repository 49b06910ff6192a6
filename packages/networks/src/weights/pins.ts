import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, readTextFile, writeWhole } from '@kinemetric/files'
import { digestTensors } from '../checkpoints/digest-tensors.ts'
import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { usedNames } from './parts/used-names.ts'
import type { WeightEntry } from './weight-entry.ts'

// Of some files nobody has published a hash. What is downloaded first is pinned: its hash stands in a file beside it, and every later look holds it against that.

/** What the first download of a file was. */
export interface Pin {
  /** Of the kept file, hex. */
  sha256: string
  bytes: number
  /** `digestTensors` of the tensors that are used, whatever file holds them: the same of the whole file and of a part of it. */
  tensorDigest: string
  /** Where it came from: an address, or that it was imported. */
  url: string
}

const FILE = 'pinned-weights.json'

/** A file as it would be pinned. @throws KinemetricError as `openCheckpoint` where it holds no tensors */
export async function pinOfFile(path: string, { uses }: WeightEntry, url: string): Promise<Pin> {
  const checkpoint = await openCheckpoint(path, { unknownGlobals: 'ignore' })
  const names = [...checkpoint.tensors.keys()]
  const tensorDigest = await digestTensors(checkpoint, uses === undefined ? names : usedNames(uses, names))
  return { sha256: await hashFile(path), bytes: (await stat(path)).size, tensorDigest, url }
}

/** What is pinned in a folder, by the weights' ids. */
export async function pinsOf(folder: string): Promise<Map<string, Pin>> {
  try {
    const found: unknown = JSON.parse(await readTextFile(join(folder, FILE)))
    if (typeof found !== 'object' || found === null) return new Map()
    return new Map(Object.entries(found).filter((entry): entry is [string, Pin] => isPin(entry[1])))
  } catch {
    return new Map()
  }
}

/** Pins weights in a folder. @throws KinemetricError `write-failed` */
export async function pinIn(folder: string, id: string, pin: Pin): Promise<void> {
  const pins = new Map([...(await pinsOf(folder)), [id, pin] as const])
  await writeWhole(join(folder, FILE), `${JSON.stringify(Object.fromEntries(pins), undefined, 2)}\n`)
}

/** The pin of weights without a published hash, in the first of the folders that has one. */
export async function pinOf(entry: WeightEntry, folders: readonly string[]): Promise<Pin | undefined> {
  if (entry.sha256 !== undefined) return undefined
  for (const folder of folders) {
    const pin = (await pinsOf(folder)).get(entry.id)
    if (pin !== undefined) return pin
  }
  return undefined
}

/** An entry with what is known of it: of one without a published hash what was pinned. */
export async function pinned(entry: WeightEntry, folders: readonly string[]): Promise<WeightEntry> {
  const pin = await pinOf(entry, folders)
  return pin === undefined ? entry : { ...entry, sha256: pin.sha256, bytes: pin.bytes }
}

function isPin(value: unknown): value is Pin {
  if (typeof value !== 'object' || value === null) return false
  const texts = ['sha256', 'tensorDigest', 'url'].every((name) => typeof Reflect.get(value, name) === 'string')
  return texts && Number.isSafeInteger(Reflect.get(value, 'bytes'))
}
