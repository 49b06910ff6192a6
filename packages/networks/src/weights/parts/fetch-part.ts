import { type FileHandle, open, rm } from 'node:fs/promises'
import { readTextFile, systemCode, writeBytes, writeWhole } from '@kinemetric/files'
import { Cut, writing } from '../transfer/connection.ts'
import type { PartPiece, PartPlan } from './plan-part.ts'
import { repeated, type RemoteFile, type RemoteOptions } from './remote-file.ts'

/** What lies between two wanted tensors and is fetched along, and thrown away, rather than asked for anew. */
const MOST_BETWEEN = 256 * 1024
/** Written between two notes of how far it is. */
const NOTED = 64 * 1024 * 1024

export interface FetchPartOptions extends RemoteOptions {
  onProgress?: ((progress: { received: number; total: number }) => void) | undefined
}

/** Beside the unfinished file: of which state of which file it is, and how much of it is sure to be on disk. */
interface PartState {
  url: string
  validator: string
  bytes: number
  done: number
}

/**
 * Fetches the planned pieces into `part`, going on where an earlier call stopped if the file on the server is the same. On failure the unfinished file stays.
 * @throws KinemetricError `changed` where the file on the server becomes another (nothing is kept then), `http`, `network`, `cut`, `disk-full`, `write-failed`; the
 * signal's reason
 */
export async function fetchPart(
  file: RemoteFile,
  plan: PartPlan,
  part: string,
  options: FetchPartOptions,
): Promise<void> {
  const state: PartState = { url: file.path, validator: file.validator, bytes: plan.bytes, done: 0 }
  const before = await readState(`${part}.json`)
  const same = before?.url === state.url && before.validator === state.validator && before.bytes === state.bytes
  const handle = await writing(part, () => openUnfinished(part))
  try {
    if (!same) await writing(part, () => handle.truncate(0))
    const there = (await handle.stat()).size
    state.done = same ? Math.min(before.done, there) : 0
    if (state.done < plan.head.length) {
      await writing(part, () => writeBytes(handle, plan.head, 0))
      state.done = plan.head.length
    }
    const note = async (): Promise<void> => {
      await writing(part, async () => {
        await handle.sync()
        await writeWhole(`${part}.json`, JSON.stringify(state), { durable: false })
      })
    }
    await note()
    let noted = state.done
    const write = async (bytes: Uint8Array, at: number): Promise<void> => {
      await writing(part, () => writeBytes(handle, bytes, at))
      state.done = at + bytes.length
      options.onProgress?.({ received: state.done, total: plan.bytes })
      if (state.done - noted < NOTED) return
      await note()
      noted = state.done
    }
    try {
      while (state.done < plan.bytes)
        await repeated(options, file.path, () => fetchRun(file, nextRun(plan.pieces, state.done), write))
    } finally {
      await note().catch(() => undefined)
    }
    await writing(part, () => handle.truncate(plan.bytes))
    await writing(part, () => handle.sync())
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'changed') {
      await rm(part, { force: true })
      await rm(`${part}.json`, { force: true })
    }
    throw error
  } finally {
    await handle.close()
  }
}

/** What is there is kept; else it is created, and nothing followed that has its name. */
function openUnfinished(part: string): Promise<FileHandle> {
  return open(part, 'r+').catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error
    return open(part, 'wx')
  })
}

/** The pieces from byte `done` of the kept file on that one request brings: little lies between them. The first may be the rest of one. */
function nextRun(pieces: readonly PartPiece[], done: number): PartPiece[] {
  const run: PartPiece[] = []
  for (const { from, to, bytes } of pieces) {
    const had = Math.max(0, done - to)
    if (had >= bytes) continue
    const piece = { from: from + had, to: to + had, bytes: bytes - had }
    const last = run.at(-1)
    const between = last === undefined ? 0 : piece.from - (last.from + last.bytes)
    if (last !== undefined && (between < 0 || between > MOST_BETWEEN)) break
    run.push(piece)
  }
  return run
}

async function fetchRun(
  file: RemoteFile,
  run: readonly PartPiece[],
  write: (bytes: Uint8Array, at: number) => Promise<void>,
): Promise<void> {
  const [first, last] = [run[0], run.at(-1)]
  if (first === undefined || last === undefined) return
  let at = first.from
  let index = 0
  for await (const chunk of file.stream(first.from, last.from + last.bytes)) {
    const end = at + chunk.length
    for (; index < run.length && run[index].from < end; index++) {
      const { from, to, bytes } = run[index]
      const [start, stop] = [Math.max(from, at), Math.min(from + bytes, end)]
      if (stop > start) await write(chunk.subarray(start - at, stop - at), to + start - from)
      if (from + bytes > end) break
    }
    at = end
  }
  if (index < run.length) throw new Cut('the answer ended before what was asked for')
}

async function readState(path: string): Promise<PartState | undefined> {
  try {
    const found: unknown = JSON.parse(await readTextFile(path, { maxBytes: 65_536 }))
    return isState(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isState(value: unknown): value is PartState {
  if (typeof value !== 'object' || value === null) return false
  const text = (name: string) => typeof Reflect.get(value, name) === 'string'
  const count = (name: string) => Number.isSafeInteger(Reflect.get(value, name))
  return text('url') && text('validator') && count('bytes') && count('done')
}
