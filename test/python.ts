import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The first Python of 3.10 or newer on the PATH; without one the tests that need it are skipped, and say so. */
export function findPython(): string | undefined {
  const found = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0,
  )
  if (found === undefined) console.warn('skipped: no Python of 3.10 or newer on the PATH')
  return found
}

/** What the Python package of the checkout runs instead of what a wheel carries. */
export const checkoutEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  KINEMETRIC_COMMAND: join(root, 'packages', 'cli', 'bin', 'kinemetric.js'),
  KINEMETRIC_NODE: process.execPath,
  PYTHONPATH: [join(root, 'python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
  PYTHONDONTWRITEBYTECODE: '1',
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end. */
export async function ended(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, ...texts }
}
