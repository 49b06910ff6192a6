import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A command that has ended: seconds on the clock, of processor time with all its processes, and what it printed. */
export interface Took {
  wall: number
  processor: number
  out: string
}

/** Runs a command to its end. @throws Error with what it said where it fails */
export async function timedCommand(command: string, args: readonly string[]): Promise<Took> {
  const begun = performance.now()
  const child = spawn('/bin/sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, said] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`)
  return { wall: (performance.now() - begun) / 1000, processor: processorSeconds(said), out }
}

/** `kinemetric` of this checkout. */
export function timedKinemetric(...args: string[]): Promise<Took> {
  return timedCommand(process.execPath, [
    join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'kinemetric.js'),
    ...args,
  ])
}

/** The last line of the shell's `times` is of what it waited for: user and system, as `0m1.230000s 0m0.450000s`. */
function processorSeconds(text: string): number {
  const words = text.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? []
  return words.reduce((sum, word) => {
    const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(word) ?? ['', '0', '0']
    return sum + Number(minutes) * 60 + Number(seconds)
  }, 0)
}
