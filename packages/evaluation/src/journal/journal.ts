import { open, rm, truncate } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import {
  type FileLine,
  isDiskFull,
  isError,
  jsonLine,
  type KinemetricError,
  passedOne,
  readLines,
  systemReason,
  writeWhole,
  makeFolder,
} from '@kinemetric/files'
import { z } from 'zod'
import { identityDifferences, identityDigest, type JournalIdentity, journalIdentitySchema } from './journal-identity.ts'
import { JournalLines, keyOfLine, outcomeLine, type OutcomeLookup } from './journal-lines.ts'
import type { ClipOutcome, OutcomeKey } from './measurement.ts'

const schema = 'kinemetric/journal@4'

const headerSchema = z
  .object({ schema: z.literal(schema), digest: z.string(), identity: journalIdentitySchema })
  .refine(({ digest, identity }) => digest === identityDigest(identity))

/** Of another version. */
const otherSchema = z.object({ schema: z.string().regex(/^kinemetric\/journal@\d{1,9}$/) })

/**
 * What has been scored so far, one line a clip and sample, each on the disk before the next clip begins. The first line names what decides every one of them; a
 * run goes on only with the same. A last line that was cut off is dropped.
 */
export class Journal implements OutcomeLookup {
  readonly path: string
  #file: FileHandle
  readonly #identity: JournalIdentity
  #lines: JournalLines
  /** In bytes. */
  #length: number

  private constructor(path: string, identity: JournalIdentity, file: FileHandle, lines: JournalLines, length: number) {
    this.path = path
    this.#identity = identity
    this.#file = file
    this.#lines = lines
    this.#length = length
  }

  /**
   * Opens a journal to go on from, or begins one.
   * @throws KinemetricError `other-inputs` (saying what differs, or which version wrote it) unless `restart`, `disk-full`, `write-failed`
   */
  static async open(path: string, identity: JournalIdentity, restart: boolean): Promise<Journal> {
    const digest = identityDigest(identity)
    try {
      await makeFolder(dirname(path))
      const found = restart ? undefined : await readJournal(path)
      if (found !== undefined) {
        if (found.digest !== digest) throw otherInputs(path, identityDifferences(found.identity, identity))
        await truncate(path, found.length)
        return new Journal(path, identity, await open(path, 'a'), found.outcomes, found.length)
      }
      await rm(path, { force: true })
      const journal = new Journal(path, identity, await open(path, 'a'), new JournalLines(path), 0)
      await journal.#append(headerLine(identity))
      return journal
    } catch (error) {
      throw journalError(path, error)
    }
  }

  /** @throws KinemetricError where the file has become shorter meanwhile */
  get(key: OutcomeKey): ClipOutcome | undefined {
    return this.#lines.get(key)
  }

  /** Resolves when the outcomes are on the disk. @throws KinemetricError `disk-full` or `write-failed`; earlier outcomes are safe. */
  async add(...outcomes: readonly ClipOutcome[]): Promise<void> {
    const lines = outcomes.map(outcomeLine)
    let at = this.#length
    await this.#append(...lines)
    for (const [index, line] of lines.entries()) {
      const end = at + Buffer.byteLength(line)
      this.#lines.set(outcomes[index], at, end)
      at = end + 1
    }
  }

  /** Takes out lines that are of other files by now, so that nobody who finds the journal unfinished takes them for measured. @throws as `add` */
  async drop(keys: readonly OutcomeKey[]): Promise<void> {
    const gone = keys.filter((key) => this.#lines.delete(key))
    if (gone.length === 0) return
    try {
      const kept = new JournalLines(this.path)
      const before = this.#lines
      const header = headerLine(this.#identity)
      let length = 0
      const bytesOf = (line: string) => {
        const bytes = Buffer.from(`${line}\n`)
        length += bytes.length
        return bytes
      }
      function* content(): Generator<Buffer> {
        yield bytesOf(header)
        for (const outcome of before.values()) {
          const begin = length
          const bytes = bytesOf(outcomeLine(outcome))
          kept.set(outcome, begin, length - 1)
          yield bytes
        }
      }
      await writeWhole(this.path, content())
      const replaced = this.#file
      this.#file = await open(this.path, 'a')
      before.close()
      this.#lines = kept
      this.#length = length
      await replaced.close()
    } catch (error) {
      throw journalError(this.path, error)
    }
  }

  async #append(...lines: readonly string[]): Promise<void> {
    try {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      await this.#file.appendFile(bytes)
      await this.#file.datasync()
      this.#length += bytes.length
    } catch (error) {
      throw journalError(this.path, error)
    }
  }

  async close(): Promise<void> {
    this.#lines.close()
    await this.#file.close()
  }

  /** Removes the journal: the record holds everything. */
  async remove(): Promise<void> {
    this.#lines.close()
    await this.#file.close()
    await rm(this.path, { force: true })
  }
}

function headerLine(identity: JournalIdentity): string {
  return jsonLine({ schema, digest: identityDigest(identity), identity })
}

/** Whether a journal of this identity lies there. */
export async function journalMatches(path: string, identity: JournalIdentity): Promise<boolean> {
  const found = await readJournal(path).catch(() => undefined)
  found?.outcomes.close()
  return found !== undefined && found.digest === identityDigest(identity)
}

/**
 * A journal as far as it is whole; undefined where there is none. A line that was cut off, and what follows a damaged one, is no part of it.
 * @throws KinemetricError `other-inputs` for one of another version
 */
export async function readJournal(path: string) {
  const outcomes = new JournalLines(path)
  let header: z.infer<typeof headerSchema> | undefined
  let length = 0
  for await (const { text, end, isWhole } of linesOf(path)) {
    if (!isWhole) break
    if (header === undefined) {
      const value = parseLine(text)
      header = headerSchema.safeParse(value).data
      if (header === undefined) {
        const other = otherSchema.safeParse(value).data
        if (other === undefined || other.schema === schema) return undefined
        throw benchmarkError('other-inputs', path, {
          expected: `a journal of this version (${schema})`,
          found: other.schema,
          then: 'finish it with the version that began it, or ask for a restart to give up what it scored',
        })
      }
    } else {
      const key = keyOfLine(text)
      // What follows a damaged line was written by nobody we know.
      if (key === undefined) break
      outcomes.set(key, length, end - 1)
      passedOne()
    }
    length = end
  }
  return header === undefined ? undefined : { ...header, outcomes, length }
}

/** None of a file that is not there. */
async function* linesOf(path: string): AsyncGenerator<FileLine> {
  try {
    for await (const batch of readLines(path)) yield* batch
  } catch (error) {
    if (!isError(error, 'input', 'not-found')) throw error
  }
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
  return benchmarkError(code, path, `what was scored is kept, but no more can be written (${systemReason(error)})`, {
    cause: error,
  })
}
