import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A child that waits for ever must not outlive its test. */
const bounded = { timeout: 100_000, killSignal: 'SIGKILL' } as const

const source = JSON.stringify(join(import.meta.dirname, '..', 'src', 'index.ts'))

function script(names: string, body: string): readonly string[] {
  return ['--input-type=module', '-e', `import { ${names} } from ${source}\n${body}`]
}

/** As `runChild`, whatever its exit code. */
export function runChildToEnd(names: string, body: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...script(names, body), ...args], bounded, (_, stdout) => resolve(stdout))
  })
}

/** What a program printed that imports these names of the package and runs to its end. */
export async function runChild(names: string, body: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [...script(names, body), ...args], bounded)).stdout
}

/**
 * As `runChild`, where no file may grow beyond so many KiB: as a full disk, with EFBIG in place of ENOSPC. Node's own cache of what it compiled would be
 * such a file, written before the signal is ignored.
 */
export async function runChildOnFullDisk(
  kib: number,
  names: string,
  body: string,
  ...args: readonly string[]
): Promise<string> {
  const ignoring = `process.on('SIGXFSZ', () => {})\n${body}`
  const command = [
    '-c',
    `ulimit -f ${kib}; NODE_DISABLE_COMPILE_CACHE=1 exec "$0" "$@"`,
    process.execPath,
    ...script(names, ignoring),
    ...args,
  ]
  return (await promisify(execFile)('bash', command, bounded)).stdout
}

/** A program that is killed as soon as it prints something; its process id, which is nobody's then. */
export async function killChild(names: string, body: string, ...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...script(names, body), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGKILL')
  return ended(child)
}

/** The process id of a program that has run to its end. */
export async function endedProcess(): Promise<number> {
  return ended(spawn(process.execPath, ['-e', '']))
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve))
  return child.pid ?? 0
}
