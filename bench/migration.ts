// What the calls of other tools that docs/migrate.md names return on real clips, and what `kinemetric score` gives under the recipe that stands beside them there: 12
// clips (13 frames each) against the method `mask-warp`, as PNG that both sides read.
//
// Run: KINEMETRIC_PYTHON=/path/to/python node bench/migration.ts; Python with what bench/peers/migration.py imports, KINEMETRIC_PEERS a folder with a
// checkout of common_metrics_on_video_quality (else its rows are left out). Prints a table for bench/migration.md.
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readManifest } from '@kinemetric/benchmark'
import { writePngFolder } from '@kinemetric/video'
import { openReferences } from '../packages/evaluation/src/references/open-references.ts'
import { readReference } from '../packages/evaluation/src/references/reference-clips.ts'
import { hasShared, sharedPath } from '../test/shared.ts'
import { prepareRealClips } from './evaluate/real-clips.ts'
import { timedCommand, timedKinemetric } from './evaluate/timed-command.ts'

/** Each frame is scored by LPIPS seven times over: twelve clips are 156 frames. */
const CLIPS = 12

interface Answer {
  peer: string
  call: string
  recipe: string
  value: number
}

const python = process.env.KINEMETRIC_PYTHON
if (!hasShared('data', 'interdyn-examples') || !hasShared('weights')) console.log('no real clips or weights: left out')
else if (python === undefined)
  console.log('no peer: set KINEMETRIC_PYTHON to a Python with torchmetrics, scikit-image and lpips')
else await compare(python)

async function compare(peer: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-migration-'))
  try {
    await writeSides(folder)
    const sides = [join(folder, 'gens'), join(folder, 'refs')]
    const checkout = process.env.KINEMETRIC_PEERS
    const { out } = await timedCommand(peer, [
      join(import.meta.dirname, 'peers', 'migration.py'),
      sharedPath('weights'),
      ...sides,
      ...(checkout === undefined ? [] : [join(checkout, 'common_metrics_on_video_quality')]),
    ])
    const answers = out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Answer => JSON.parse(line))
    const own = await ownScores(folder, [...new Set(answers.map(({ recipe }) => recipe))])
    console.log('| peer | call | recipe | its number | ours | difference |\n|---|---|---|---|---|---|')
    for (const { peer: name, call, recipe, value } of answers) {
      const ours = own.get(recipe)
      const difference = ours === undefined ? 'not scored' : Math.abs(ours - value).toExponential(1)
      console.log(`| ${name} | \`${call}\` | \`${recipe}\` | ${value} | ${ours ?? '–'} | ${difference} |`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The frames that the protocol scores, of both sides, as a folder of PNG a clip. */
async function writeSides(folder: string): Promise<void> {
  const manifest = await prepareRealClips(folder)
  const generated = join(folder, 'generated')
  await timedKinemetric('run', 'mask-warp', '--manifest', manifest, '--out', generated, '--quiet')
  const { clips } = await openReferences({ manifest }, undefined)
  const { clips: listed } = await readManifest(manifest)
  for (const [index, { id }] of listed.slice(0, CLIPS).entries()) {
    const { pixels } = await readReference(clips.at(index))
    await writePngFolder(join(folder, 'refs', id), { pixels: pixels.lo(1, 0, 0, 0), fps: 12 })
    await mkdir(join(folder, 'gens', id), { recursive: true })
    const frames = (await readdir(join(generated, id, 's0'))).filter((name) => name.endsWith('.png')).toSorted()
    for (const [t, name] of frames.slice(1).entries())
      await rename(join(generated, id, 's0', name), join(folder, 'gens', id, `frame_${String(t).padStart(4, '0')}.png`))
  }
}

async function ownScores(folder: string, recipes: readonly string[]): Promise<Map<string, number>> {
  const sides = ['--reference', join(folder, 'refs'), '--generated', join(folder, 'gens')]
  const how = ['--weights', sharedPath('weights'), '--no-cache', '--out', join(folder, 'scores'), '--quiet', '--json']
  const { out } = await timedKinemetric('score', ...sides, '--metrics', recipes.join(','), ...how)
  const { scores }: { scores: { metric: string; recipe: string; value: number }[] } = JSON.parse(out)
  return new Map(scores.map(({ metric, recipe, value }) => [`${metric}:${recipe}`, value]))
}
