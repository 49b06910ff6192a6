import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { sharedPath } from '../../../test/shared.ts'
import { here } from './here.ts'

const script = join(import.meta.dirname, '..', 'bin', 'kinemetric.js')

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

export interface Surroundings {
  cwd?: string
  env?: Record<string, string | undefined>
}

/** A folder of one test file's own; its cache of features, tracks and weights lies in it too. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-cli-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Variables of a command's environment: nothing of this machine's caches. */
function environment({ cwd, env }: Surroundings): Record<string, string | undefined> {
  return {
    KINEMETRIC_WEIGHTS: sharedPath('weights'),
    KINEMETRIC_DEBUG: undefined,
    NO_COLOR: undefined,
    ...(cwd === undefined ? {} : { XDG_CACHE_HOME: join(cwd, 'cache') }),
    ...env,
  }
}

/** Starts the command as a user's shell does, in a folder. */
export function start(args: readonly string[], surroundings: Surroundings = {}): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    cwd: surroundings.cwd,
    env: { ...process.env, ...environment(surroundings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What a started command printed, and its exit code, when it has ended. */
export async function ended(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code]: (number | null)[] = await once(child, 'close')
  return { code, stdout, stderr }
}

/**
 * Runs the command to its end, within this process. Whatever it did, it must not have printed a stack trace or an escape code: both pipes are
 * no terminal.
 */
export async function kinemetric(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  return checked(await here(args, surroundings.cwd ?? process.cwd(), environment(surroundings)))
}

/** The same in a process of its own, where what native libraries print and how Node ends are seen too: each kind of work once. */
export async function spawned(args: readonly string[], surroundings?: Surroundings): Promise<Outcome> {
  return checked(await ended(start(args, surroundings)))
}

function checked(outcome: Outcome): Outcome {
  for (const text of [outcome.stdout, outcome.stderr]) {
    expect(text).not.toMatch(/\n\s+at .*[:(]\d+/)
    expect(text).not.toContain('\u001B')
  }
  return outcome
}

/** Expects a command to be refused, with this exit code and nothing on stdout, and gives what it says on stderr. */
export async function refused(args: readonly string[], surroundings: Surroundings, code = 2): Promise<string> {
  const { stderr, ...outcome } = await kinemetric(args, surroundings)
  // oxlint-disable-next-line vitest/valid-expect -- the message says why, where the code is another one
  expect(outcome, stderr).toEqual({ code, stdout: '' })
  return stderr
}
