import { mkdir, open, rm, truncate } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { isDiskFull, isError, jsonLine, type KinemetricError, readRegularFile } from '@kinemetric/files'
import { z } from 'zod'
import { identityDifferences, identityDigest, type JournalIdentity, journalIdentitySchema } from './journal-identity.ts'
import { type ClipOutcome, clipOutcomeSchema, type OutcomeKey, outcomeKey } from './measurement.ts'

const headerSchema = z.object({
  schema: z.literal('kinemetric/journal@2'),
  digest: z.string(),
  identity: journalIdentitySchema,
})

/**
 * What has been scored so far, one line a clip and sample, each on the disk before the next clip begins. The first line names the inputs; a run goes on only
 * with the same ones. A last line that was cut off is dropped.
 */
export class Journal {
  readonly path: string
  readonly #file: FileHandle
  readonly #outcomes: Map<string, ClipOutcome>

  private constructor(path: string, file: FileHandle, outcomes: Map<string, ClipOutcome>) {
    this.path = path
    this.#file = file
    this.#outcomes = outcomes
  }

  /**
   * Opens a journal to go on from, or begins one.
   * @throws KinemetricError `other-inputs` (saying what differs) unless `restart`, `disk-full`, `write-failed`
   */
  static async open(path: string, identity: JournalIdentity, restart: boolean): Promise<Journal> {
    const digest = identityDigest(identity)
    try {
      await mkdir(dirname(path), { recursive: true })
      const found = restart ? undefined : await readJournal(path)
      if (found !== undefined) {
        if (found.digest !== digest) throw otherInputs(path, identityDifferences(found.identity, identity))
        await truncate(path, found.length)
        return new Journal(path, await open(path, 'a'), found.outcomes)
      }
      await rm(path, { force: true })
      const journal = new Journal(path, await open(path, 'a'), new Map())
      await journal.#append({ schema: 'kinemetric/journal@2', digest, identity })
      return journal
    } catch (error) {
      throw journalError(path, error)
    }
  }

  get(key: OutcomeKey): ClipOutcome | undefined {
    return this.#outcomes.get(outcomeKey(key))
  }

  /** Resolves when the outcome is on the disk. @throws KinemetricError `disk-full` or `write-failed`; earlier outcomes are safe. */
  async add(outcome: ClipOutcome): Promise<void> {
    await this.#append(outcome)
    this.#outcomes.set(outcomeKey(outcome), outcome)
  }

  async #append(value: unknown): Promise<void> {
    try {
      await this.#file.appendFile(`${jsonLine(value)}\n`)
      await this.#file.datasync()
    } catch (error) {
      throw journalError(this.path, error)
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** Removes the journal: the record holds everything. */
  async remove(): Promise<void> {
    await this.#file.close()
    await rm(this.path, { force: true })
  }
}

/** Whether a journal of this identity lies there: the run was cut off between writing its record and removing its journal. */
export async function journalMatches(path: string, identity: JournalIdentity): Promise<boolean> {
  const found = await readJournal(path).catch(() => undefined)
  return found !== undefined && found.digest === identityDigest(identity)
}

/** A journal as far as it is whole; undefined where there is none. A line that was cut off, and what follows a damaged one, is no part of it. */
export async function readJournal(path: string) {
  const found = await readRegularFile(path).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (found === undefined) return undefined
  const bytes = Buffer.from(found.buffer, found.byteOffset, found.byteLength)
  const outcomes = new Map<string, ClipOutcome>()
  let header: z.infer<typeof headerSchema> | undefined
  let length = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, length)) {
    const value = parseLine(bytes.toString('utf8', length, end))
    if (header === undefined) {
      header = headerSchema.safeParse(value).data
      if (header === undefined) return undefined
    } else {
      const outcome = clipOutcomeSchema.safeParse(value).data
      // What follows a damaged line was written by nobody we know.
      if (outcome === undefined) break
      outcomes.set(outcomeKey(outcome), outcome)
    }
    length = end + 1
  }
  return header === undefined ? undefined : { ...header, outcomes, length }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function otherInputs(path: string, names: readonly string[]): KinemetricError {
  return benchmarkError('other-inputs', path, {
    expected: 'the unfinished run to have the same inputs',
    found: `other ${names.join(', ')}`,
    then: 'ask for a restart to give up what it scored',
  })
}

function journalError(path: string, error: unknown): unknown {
  if (isError(error)) return error
  const code = isDiskFull(error) ? 'disk-full' : 'write-failed'
  return benchmarkError(code, path, `what was scored is kept, but no more can be written (${String(error)})`, {
    cause: error,
  })
}
