// The site that most browser tests look at: three methods by twelve clips with videos, one clip that failed, claims of a paper, a pair of a probe.
// Built once for all of them, so that none may change it.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProbePage } from '@kinemetric/records'
import { madeOnce } from '../../../../test/made-once.ts'
import { writeFixtureResults } from '../fixture-results.ts'
import { claim } from '../fixtures.ts'
import { OpenSite, type ServerKind } from './open-site.ts'

const still = { moved: false, onset: null, onsetError: null, directionError: null, speedRatio: null, pathError: 1 }
const track = Array.from({ length: 14 }, (_, frame): [number, number] => [20 + 12 * frame, 60])
const notes: ProbePage = {
  schema: 'kinemetric/probe@1',
  size: [128, 192],
  fps: 7,
  objects: [
    {
      object: '1',
      name: 'red cube',
      delta: 4,
      depth: 1,
      moved: true,
      onset: 5,
      truth: track,
      generated: { ...still, moved: true, onset: 6 },
      tracked: still,
      track,
    },
  ],
  pairs: [
    {
      without: '2',
      driver: 'blue rod',
      object: '1',
      name: 'red cube',
      delta: 4,
      kind: 'affected',
      reach: 4,
      known: true,
      generated: { effect: 12.34, responds: true, earlyLeak: 0.2, rightDirection: true },
      tracked: { effect: 0, responds: false, earlyLeak: null, rightDirection: null },
      track,
      truth: track,
    },
  ],
  missingPairs: [],
}

/** Folder of the protocol's pages. */
export const protocol = 'interdyn-256x384'

/** Page of the pair. */
export const pairPage = `${protocol}/pairs/clip-05-without-2.html`

/** Every page of the site, a page of each kind. */
export const everyPage = [
  'index.html',
  `${protocol}/index.html`,
  `${protocol}/methods/index.html`,
  `${protocol}/methods/alpha.html`,
  `${protocol}/compare.html?a=beta&b=alpha`,
  `${protocol}/clips.html`,
  `${protocol}/clip.html?c=clip-02`,
  pairPage,
  `${protocol}/probes.html`,
  `${protocol}/provenance.html`,
  `${protocol}/embed.html?cols=motion`,
  'metrics.html',
  'add.html',
]

async function writeResults(results: string): Promise<void> {
  const media = join(results, protocol, 'media')
  await writeFixtureResults(results, {
    clips: 12,
    change: ({ method, media: published }) => {
      if (method.id !== 'alpha') return
      published!.clips[4].probe = 'media/alpha/clip-05.probe.json'
      published!.clips[4].pairs = [{ without: '2', generated: 'media/alpha/clip-05-without-2.mp4' }]
    },
  })
  writeFileSync(join(results, 'claims.json'), JSON.stringify(claim('interdyn', { psnr: 19.04, kid: 0.004 })))
  writeFileSync(join(media, 'alpha', 'clip-05.probe.json'), JSON.stringify(notes))
  copyFileSync(join(media, 'static', 'clip-05.mp4'), join(media, 'alpha', 'clip-05-without-2.mp4'))
}

/** Opens it, for `useSite`. */
export async function smallSite(kind: ServerKind = 'ranges'): Promise<OpenSite> {
  const work = await madeOnce('small-site', async (folder) => {
    await writeResults(join(folder, 'results'))
    await OpenSite.build(folder)
  })
  return OpenSite.shared(work, kind)
}
