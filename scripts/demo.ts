// The main job end to end: `kinemetric reproduce physics-demo`, a small physics benchmark made on the spot, three baselines that are wrong in three
// ways, their scores, the table and the site. Everything goes to demo/ (--out elsewhere); --clips N, --seed N, --keep.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { main } from '@kinemetric/cli'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'demo') },
    clips: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run demo -- [--out folder] [--clips 8] [--seed 1] [--keep: go on with what an earlier demo left]')
  process.exit(0)
}
const { out, clips, seed } = values

// A development machine has some real weights beside the checkout; users have theirs in KINEMETRIC_WEIGHTS or the cache.
const developmentWeights = join(root, '..', 'shared', 'weights')
if (existsSync(developmentWeights)) {
  process.env.KINEMETRIC_WEIGHTS = [process.env.KINEMETRIC_WEIGHTS, developmentWeights].filter(Boolean).join(delimiter)
}

if (!values.keep) {
  const parts = ['data', 'dataset', 'prepared', 'generated', 'results', 'site', 'cache', 'state.json', 'measured.json']
  for (const part of parts) await rm(join(out, part), { recursive: true, force: true })
}
process.exitCode = await main(['reproduce', 'physics-demo', '--out', out, '--clips', clips, '--seed', seed])
