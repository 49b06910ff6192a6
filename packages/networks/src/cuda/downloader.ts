import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, readTextFile, runWorkerProcess, writeWhole } from '@kinemetric/files'
import type { CudaPackage } from './cuda-packages.ts'
import { networkError } from '../tracklets/network-error.ts'

/** A program of the user's that downloads packages of the Python registry, with the user's own settings for it: `pip`, or `uv` running it. */
export type Downloader = readonly [program: string, ...args: string[]]

const candidates: readonly Downloader[] = [
  ['pip', 'download'],
  ['pip3', 'download'],
  ['python3', '-m', 'pip', 'download'],
  ['uv', 'tool', 'run', 'pip', 'download'],
]

/** The first program that is here and can download; undefined where none is. */
export function findDownloader(): Downloader | undefined {
  return candidates.find(([program, ...args]) => {
    const asked = spawnSync(program, [...args, '--help'], { stdio: 'ignore', timeout: 60_000 })
    return asked.status === 0
  })
}

/** @throws KinemetricError `not-available` where there is none */
export function requireDownloader(found: Downloader | undefined): Downloader {
  if (found !== undefined) return found
  throw networkError('not-available', 'gpu setup', {
    expected: 'pip or uv, to download packages with',
    found: 'neither',
    then: 'install one of them (Debian: apt install python3-pip), or name a Python environment that has the libraries with --python',
  })
}

/** Whatever this machine's own Python: a wheel is taken for its libraries. */
const forLinux = [
  '--only-binary=:all:',
  '--no-deps',
  '--no-cache-dir',
  '--disable-pip-version-check',
  '--progress-bar=off',
  '--implementation=cp',
  '--python-version=3.11',
  '--abi=cp311',
  '--require-hashes',
  ...['_2_28', '_2_27', '2014', '_2_17', '2010', '_2_12', '1', '_2_5'].map(
    (tag) => `--platform=manylinux${tag}_x86_64`,
  ),
]

/**
 * Downloads a package's wheel into a folder. The program checks its sha256, and so does this.
 * @returns the wheel's path
 * @throws KinemetricError `network` with what the program said last, `wrong-hash`; the signal's reason
 */
export async function downloadWheel(
  [program, ...args]: Downloader,
  { name, version, sha256 }: CudaPackage,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const requirements = join(folder, 'requirements.txt')
  const logFile = join(folder, 'download.log')
  await writeWhole(requirements, `${name}==${version} --hash=sha256:${sha256}\n`, { durable: false })
  const code = await runWorkerProcess({
    program,
    args: [...args, ...forLinux, `--dest=${folder}`, '-r', requirements],
    cwd: folder,
    // The user's settings of the program, its index and proxy among them.
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    logFile,
    signal,
  })
  const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'))
  if (code !== 0 || wheel === undefined) {
    const lines = (await readTextFile(logFile)).split('\n').filter((line) => line.trim() !== '')
    const said = lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'nothing'
    throw networkError('network', `${name} ${version}`, {
      expected: `${program} to download it`,
      found: `exit code ${code}: ${said}`,
    })
  }
  const path = join(folder, wheel)
  const found = await hashFile(path)
  if (found === sha256) return path
  throw networkError('wrong-hash', `${name} ${version}`, { expected: `a wheel with sha256 ${sha256}`, found })
}
