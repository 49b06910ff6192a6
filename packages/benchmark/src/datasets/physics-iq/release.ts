import { type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isThere } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'

/** Views of a scenario, in the order of their numbers. */
export const views = ['left', 'center', 'right'] as const
export type View = (typeof views)[number]

/** A view of a scenario: both takes, and what lies beside them. Paths of videos, or of folders of frames that have a video's name without its ending. */
export interface ReleaseView {
  /** What its generated video is called: `0001_perspective-left_trimmed-ball`. */
  id: string
  /** `trimmed-ball` */
  scenario: string
  view: View
  takes: [first: string, second: string]
  /** Masks that came with the release, of both takes; undefined where they have to be made. */
  masks: [first: string, second: string] | undefined
  /** The still at the cut that an image-to-video model begins with. */
  switchFrame: string | undefined
}

export interface Release {
  kind: 'original' | 'verified'
  /** By scenario, then view. */
  views: ReleaseView[]
  /** What a method is told, by `0001_perspective-left_take-1_trimmed-ball.mp4`; undefined where there is no such file. */
  descriptions: string | undefined
  /** In words, what was passed over. */
  notes: string[]
}

/** Names of a release's own folder, where the folder that was given holds it. */
const roots = ['', 'physics-IQ-benchmark', 'physics-IQ-benchmark-verified']
/** The code and the README of the benchmark call them differently. */
const testing = ['split-videos/testing', 'split-videos/testing-videos', 'testing-videos', 'testing']
const maskFolders = ['video-masks/real', 'video-masks']

/**
 * The files of a release at one rate, in either of the layouts that its code and its README have.
 * @throws KinemetricError `bad-dataset` where there are none; for names that are none of a release's, numbers or takes that stand twice, and takes and masks that are missing
 */
export async function findRelease(folder: string, fps: number): Promise<Release> {
  const rate = `${fps}FPS`
  const places = roots.flatMap((root) =>
    testing.map((each) => ({ root: join(folder, root), path: join(folder, root, each) })),
  )
  const found = await firstThere(places.map(({ path }) => join(path, rate)))
  if (found === undefined) {
    const others = (await Promise.all(places.map(({ path }) => namesIn(path))))
      .flat()
      .filter((name) => /^\d+FPS$/.test(name))
    throw benchmarkError('bad-dataset', folder, {
      expected: `a Physics-IQ release with split-videos/testing/${rate} (or split-videos/testing-videos/${rate})`,
      found: others.length === 0 ? 'no such folder' : `the rates ${[...new Set(others)].join(', ')} alone`,
    })
  }
  const root = places[places.findIndex(({ path }) => join(path, rate) === found)].root
  const notes: string[] = []
  const takes = await videosIn(found, 'testing-videos', fps, notes)
  requireWhole(found, takes)
  const maskPlace = await firstThere(maskFolders.map((each) => join(root, each, rate)))
  const masks = maskPlace === undefined ? undefined : await videosIn(maskPlace, 'video-masks', fps, notes)
  const stills = await namesIn(join(root, 'switch-frames'))
  const views = viewsOf(takes, masks, { maskPlace, stills, root })
  return {
    kind: /verified/i.test(basename(resolve(root))) ? 'verified' : 'original',
    views,
    descriptions: await firstThere(
      [root, dirname(resolve(root)), join(root, 'descriptions')].map((place) => join(place, 'descriptions.csv')),
    ),
    notes,
  }
}

/** A video of a release by what its name says. */
interface NamedVideo {
  number: string
  view: View
  take: 1 | 2
  scenario: string
  path: string
}

const keyOf = ({ scenario, view, take }: Pick<NamedVideo, 'scenario' | 'view' | 'take'>) =>
  `${scenario} perspective-${view} take-${take}`

async function videosIn(folder: string, kind: string, fps: number, notes: string[]): Promise<Map<string, NamedVideo>> {
  const name = new RegExp(`^(\\d{4})_${kind}_(\\d+)FPS_perspective-(left|center|right)_take-([12])_([^_]+)$`)
  const found = new Map<string, NamedVideo>()
  const numbers = new Map<string, string>()
  const passed: string[] = []
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const stem = stemOf(entry)
    if (stem === undefined) {
      passed.push(entry.name)
      continue
    }
    const [, number, rate, view, take, scenario] = name.exec(stem) ?? []
    if (number === undefined || Number(rate) !== fps)
      throw benchmarkError('bad-dataset', join(folder, entry.name), {
        expected: `a name like 0001_${kind}_${fps}FPS_perspective-left_take-1_trimmed-ball.mp4`,
        found: entry.name,
      })
    const path = join(folder, entry.name)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the expression above lets through
    const video = { number, view: view as View, take: Number(take) as 1 | 2, scenario: scenario.normalize('NFC'), path }
    for (const twice of [numbers.get(number), found.get(keyOf(video))?.path])
      if (twice !== undefined)
        throw benchmarkError('bad-dataset', folder, {
          expected: 'each number, and each take of a view, once',
          found: `${basename(twice)} and ${entry.name}`,
        })
    numbers.set(number, path)
    found.set(keyOf(video), video)
  }
  if (passed.length > 0)
    notes.push(
      `${passed.length} files passed over in ${basename(dirname(folder))}/${basename(folder)}: ${passed.slice(0, 5).join(', ')}`,
    )
  return found
}

/** The name of a video, or of a folder of frames. */
function stemOf(entry: Dirent): string | undefined {
  if (entry.name.endsWith('.mp4')) return entry.name.slice(0, -4)
  return entry.isDirectory() || entry.isSymbolicLink() ? entry.name : undefined
}

/** Of each scenario three views and of each view two takes. */
function requireWhole(folder: string, takes: ReadonlyMap<string, NamedVideo>): void {
  const scenarios = [...new Set([...takes.values()].map(({ scenario }) => scenario))].sort()
  if (scenarios.length === 0)
    throw benchmarkError('bad-dataset', folder, { expected: 'videos of a Physics-IQ release', found: 'none' })
  const missing = scenarios.flatMap((scenario) =>
    views.flatMap((view) =>
      ([1, 2] as const).map((take) => keyOf({ scenario, view, take })).filter((key) => !takes.has(key)),
    ),
  )
  if (missing.length === 0) return
  throw benchmarkError('bad-dataset', folder, {
    expected: 'takes 1 and 2 of the views left, center and right of every scenario',
    found: `no ${missing.slice(0, 6).join(', no ')}${missing.length > 6 ? `, and ${missing.length - 6} more` : ''}`,
  })
}

function viewsOf(
  takes: ReadonlyMap<string, NamedVideo>,
  masks: ReadonlyMap<string, NamedVideo> | undefined,
  { maskPlace = '', stills, root }: { maskPlace: string | undefined; stills: readonly string[]; root: string },
): ReleaseView[] {
  const firsts = [...takes.values()].filter(({ take }) => take === 1)
  return firsts
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
    .map(({ number, scenario, view, path }): ReleaseView => {
      const [first, second] = ([1, 2] as const).map((take) => keyOf({ scenario, view, take }))
      const missing = [first, second].find((key) => masks !== undefined && !masks.has(key))
      if (missing !== undefined)
        throw benchmarkError('bad-dataset', maskPlace, {
          expected: 'masks of every take, or no folder of masks: they are made then',
          found: `none of ${missing}`,
        })
      const still = `${number}_switch-frames_anyFPS_perspective-${view}_${scenario}.jpg`
      return {
        id: `${number}_perspective-${view}_${scenario}`,
        scenario,
        view,
        takes: [path, takes.get(second)?.path ?? ''],
        masks: masks && [masks.get(first)?.path ?? '', masks.get(second)?.path ?? ''],
        switchFrame: stills.includes(still) ? join(root, 'switch-frames', still) : undefined,
      }
    })
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isThere(path)) return path
  return undefined
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
