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

/** Writes text to standard error, and a newline where it does not end in one. */
export function tell(text: string): void {
  process.stderr.write(ended(visible(text)))
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
