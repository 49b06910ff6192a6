import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { systemCode } from '@kinemetric/files'
import { cliError } from './cli-error.ts'
import { visible } from './visible.ts'

// The one place where the command writes: whatever it says passes `visible`, so that no name, path or message of a user's data can steer a terminal.

/** What writing to standard output met after the call that wrote had returned. */
const late: { error?: unknown } = {}

/**
 * Writes text to standard output, and a newline where it does not end in one. Colours (SGR sequences) go through where `styled` says that the text has them.
 * @throws KinemetricError `output-lost` where it cannot be written (a full disk)
 */
export function print(text: string, { styled = false }: { styled?: boolean } = {}): void {
  const line = ended(visible(text, styled))
  if (!isFile(process.stdout)) {
    process.stdout.write(line, (error) => (late.error ??= error ?? undefined))
    return
  }
  try {
    writeAll(1, Buffer.from(line))
  } catch (cause) {
    throw outputLost(cause)
  }
}

/**
 * Prints lines of cells, each column as wide as its widest cell.
 * @param rows `[lines][columns]` @param align `numbers`: all columns but the first end at their right edge
 */
export function printColumns(rows: readonly (readonly string[])[], align: 'words' | 'numbers' = 'words'): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      align === 'numbers' && column > 0 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    )
    print(cells.join('  ').trimEnd())
  }
}

/** What a line on standard error is, where it is not just told. */
export type Word = 'note' | 'warning' | 'failed' | 'left out' | 'error'

/** How standard error is written. */
export interface TellingHow {
  /** Every line is JSON (`--progress json`): whoever reads it by a program reads all of it. */
  readonly asJson: boolean
  /** Of one shard, which: its lines may stand among those of others. */
  readonly shard?: string | undefined
}

const telling: { how: TellingHow } = { how: { asJson: false } }

/** Says how this command writes to standard error from now on. */
export function tellAs(how: TellingHow): void {
  telling.how = how
}

/**
 * Writes text to standard error, and a newline where it does not end in one; `warning: …` where it is one. Where lines are JSON: `{"warning":"…"}`, and
 * `{"note":"…"}` of what is just told.
 */
export function tell(text: string, word?: Word): void {
  if (telling.how.asJson) tellJson({ [word ?? 'note']: text.trim() })
  else process.stderr.write(ended(visible(word === undefined ? text : `${word}: ${text}`)))
}

/** Writes a line of JSON to standard error, with its shard. */
export function tellJson(line: Readonly<Record<string, unknown>>): void {
  const { shard } = telling.how
  process.stderr.write(ended(visible(JSON.stringify(shard === undefined ? line : { ...line, shard }))))
}

/** Tells of something that did not go as whoever asked may think. */
export function warn(text: string): void {
  tell(text, 'warning')
}

/** Waits until what was printed is out. @throws KinemetricError `output-lost` where it could not be written */
export async function printed(): Promise<void> {
  // A turn at least: the error of a closed pipe comes that much later.
  do await setTimeout(0)
  while (process.stdout.writableLength > 0 && late.error === undefined)
  if (late.error !== undefined) throw outputLost(late.error)
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function outputLost(cause: unknown) {
  const why = systemCode(cause) === 'ENOSPC' ? 'no space left on device' : (systemCode(cause) ?? String(cause))
  return cliError('output-lost', 'standard output', `cannot be written (${why})`, { cause })
}

/** Node's stream of a file drops what one write does not take, and its error comes when the process has ended: files are written here. */
function isFile(stream: NodeJS.WriteStream): boolean {
  return stream.constructor.name === 'SyncWriteStream'
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
}
