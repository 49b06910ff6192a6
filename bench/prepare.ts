// Processor time of `kinemetric prepare` a clip, start-up and worker processes included: the 29 published clips under interdyn-256x384, in one process and in as
// many as there are cores, a few times each (the smallest counts on a busy machine), and a second run that finds everything there. Every run has to leave the
// same bytes. KINEMETRIC_BENCH_RUNS=5 runs more. Not on Windows: bash adds up what children took.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { hasShared, sharedPath } from '../test/shared.ts'

const cli = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'kinemetric.js')
const runs = Number(process.env.KINEMETRIC_BENCH_RUNS ?? 3)
if (hasShared('data', 'interdyn-examples')) {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-prepare-'))
  try {
    await measure(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Taken {
  processor: number
  wall: number
}

async function measure(folder: string): Promise<void> {
  const start = smallest(Array.from({ length: runs }, () => command(['--version'])))
  console.log(`start alone: ${start.processor.toFixed(2)} s of processor time`)
  const seen = new Set<string>()
  const jobs = [...new Set([1, availableParallelism()])]
  for (const number of jobs) {
    const taken: Taken[] = []
    for (let run = 0; run < runs; run++) {
      await rm(join(folder, 'out'), { recursive: true, force: true })
      taken.push(prepare(join(folder, 'out'), number))
      seen.add(await bytesOf(join(folder, 'out')))
    }
    const { processor, wall } = smallest(taken)
    const all = taken.map((each) => (each.processor / 29).toFixed(3)).join(', ')
    console.log(
      `${number} job${number === 1 ? '' : 's'}: ${(processor / 29).toFixed(3)} s of processor time a clip (runs: ${all}), ${wall.toFixed(1)} s on the clock`,
    )
  }
  const again = prepare(join(folder, 'out'), 1)
  console.log(`everything there: ${again.processor.toFixed(2)} s of processor time in all`)
  seen.add(await bytesOf(join(folder, 'out')))
  if (seen.size !== 1) throw new Error(`expected the same bytes of every run, found ${seen.size} different outcomes`)
  console.log('every run left the same bytes')
}

function prepare(out: string, jobs: number): Taken {
  const examples = sharedPath('data', 'interdyn-examples')
  const what = ['prepare', 'interdyn-examples', examples, '--protocol', 'interdyn-256x384', '--out', out]
  return command([...what, '--jobs', String(jobs), '--quiet'])
}

/** Seconds of user and system time of a command and all its children. */
function command(args: readonly string[]): Taken {
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', '"$0" "$@" >/dev/null || exit 1; times', process.execPath, cli, ...args],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  // The second line is the children's: `0m1.234s 0m0.056s`.
  const [, children = ''] = stdout.trim().split('\n')
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60 * Number(m) + Number(s))
  return { processor: seconds.reduce((sum, each) => sum + each, 0), wall: (performance.now() - begun) / 1000 }
}

function smallest(taken: readonly Taken[]): Taken {
  return {
    processor: Math.min(...taken.map(({ processor }) => processor)),
    wall: Math.min(...taken.map(({ wall }) => wall)),
  }
}

/** sha256 over every file's path and bytes. */
async function bytesOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const lines = await Promise.all(
    paths.sort().map(async (path) => `${path.slice(folder.length)} ${hashBytes(await readFile(path))}\n`),
  )
  return hashBytes(lines.join(''))
}
