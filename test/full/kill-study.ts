// Kills (SIGKILL) `reproduce` of a small benchmark in each of its stages, runs it again to its end, and holds what it made against a run that was never killed: all
// but times must be the same bytes.
//   node test/full/kill-study.ts [--stages making,preparing,running,scoring,comparing,building] [--rounds 2] [--seed 1]
// Prints a line a kill, and last `N kills, M differences`; exit code 0 where M is 0.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { treeOf } from '../../packages/runners/test/tree-of.ts'
import { writeSmallBenchmark } from '../../packages/studies/test/small-benchmark.ts'
import { below, randomOf } from './random.ts'

const script = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'kinemetric.js')

/** What the command says when a stage begins. */
export const stageWords = ['making', 'preparing', 'running', 'scoring', 'comparing', 'building'] as const

export interface StudyKillResult {
  kills: number
  differences: string[]
}

/** Kills in each of these stages, and resumes. @param say gets a line a kill */
export async function killStudy(
  { stages, rounds, seed }: { stages: readonly string[]; rounds: number; seed: string },
  say: (line: string) => void,
): Promise<StudyKillResult> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-kill-study-'))
  const result: StudyKillResult = { kills: 0, differences: [] }
  try {
    const file = await writeSmallBenchmark(join(work, 'files'))
    await run(work, file, 'whole')
    const expected = await madeIn(join(work, 'whole'))
    for (let round = 0; round < rounds; round++) {
      const random = randomOf(`${seed} ${round}`)
      for (const stage of stages) {
        const out = `killed-${round}-${stage}`
        const wasKilled = await run(work, file, out, { stage, afterMs: below(random, 400) })
        await run(work, file, out)
        const found = await madeIn(join(work, out))
        const paths = new Set([...Object.keys(expected), ...Object.keys(found)])
        const differences = [...paths].filter((path) => expected[path] !== found[path])
        say(`${stage}: ${wasKilled ? 'killed' : 'ended before'}, ${differences.length} differences`)
        for (const difference of differences) say(`  ${difference}`)
        result.kills += Number(wasKilled)
        result.differences.push(...differences.map((each) => `${stage}: ${each}`))
        rmSync(join(work, out), { recursive: true })
      }
    }
    return result
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** All that a study makes, pages included; not what says when or how long, nor the cache, whose entries are made of the same. */
async function madeIn(out: string): Promise<Record<string, string>> {
  const tree = await treeOf(out, /^(?:state|measured)\.json$|\.run\.json$|^\.kinemetric/)
  return Object.fromEntries(
    Object.entries(tree).filter(([path]) => /^(?:data|prepared|generated|results|table)/.test(path)),
  )
}

/** @returns whether it was killed: it may end before */
async function run(
  cwd: string,
  file: string,
  out: string,
  kill?: { stage: string; afterMs: number },
): Promise<boolean> {
  const child = spawn(process.execPath, [script, 'reproduce', file, '--out', out, '--jobs', '1'], {
    cwd,
    env: { ...process.env, XDG_CACHE_HOME: join(cwd, 'cache') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  let isKilling = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (kill === undefined || isKilling || !new RegExp(`s  ${kill.stage}`).test(said)) return
    isKilling = true
    void pause(kill.afterMs).then(() => child.kill('SIGKILL'))
  })
  const [code, signal]: (number | string | null)[] = await once(child, 'close')
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(`reproduce ended with ${String(code)}:\n${said}`)
  return false
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      stages: { type: 'string', default: stageWords.join(',') },
      rounds: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
    },
  })
  const { stages, rounds, seed } = values
  const { kills, differences } = await killStudy({ stages: stages.split(','), rounds: Number(rounds), seed }, (line) =>
    console.log(line),
  )
  console.log(`${kills} kills, ${differences.length} differences`)
  process.exitCode = differences.length === 0 ? 0 : 1
}
