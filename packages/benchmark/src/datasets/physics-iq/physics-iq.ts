import { readTextFile, withoutMark } from '@kinemetric/files'
import { csvRows } from '@kinemetric/records/csv-rows'
import { Mpeg4Masks } from '@kinemetric/video'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip } from '../dataset-adapter.ts'
import { videoSource } from '../frame-source.ts'
import { type PhysicsIqOptions, physicsIqOptions, protocolOfRate, scoredSeconds } from './options.ts'
import { findRelease, type ReleaseView } from './release.ts'
import { takeSource } from './take-sources.ts'

/** Scenarios of the whole benchmark. */
const allScenarios = 66

/**
 * A release of Physics-IQ or Physics-IQ Verified: real scenes, each filmed twice from three views. A clip is a view of a scenario: take 1 is its reference, take 2 a
 * further take. What is compared is a quarter of the videos' size, so that is what is kept of them.
 */
export const physicsIq: DatasetAdapter<PhysicsIqOptions> = {
  id: 'physics-iq',
  title: 'Physics-IQ: real physical scenes, each filmed twice',
  options: physicsIqOptions,
  protocolFor: protocolOfRate,
  async *clips(folder, options) {
    const release = await findRelease(folder, options.fps)
    for (const note of release.notes) yield { note }
    const scenarios = new Set(release.views.map(({ scenario }) => scenario)).size
    if (scenarios !== allScenarios)
      yield {
        note: `${scenarios} scenarios, not the ${allScenarios} of the benchmark: scores are not those of its table`,
      }
    const file = options.descriptions ?? release.descriptions
    const texts = file === undefined ? undefined : await readDescriptions(file)
    const codecs = (await Mpeg4Masks.isThere()) ? (['lossless', 'mpeg4'] as const) : (['lossless'] as const)
    for (const view of release.views) yield clipOf(view, options, codecs, texts)
    yield {
      facts: { release: release.kind, scenarios, masks: release.views[0].masks === undefined ? 'made' : 'shipped' },
    }
  },
}

function clipOf(
  view: ReleaseView,
  { fps, decode }: PhysicsIqOptions,
  codecs: readonly ('lossless' | 'mpeg4')[],
  texts: Descriptions | undefined,
): DatasetClip {
  const frames = fps * scoredSeconds
  const takes = view.takes.map((path, at) => ({
    path,
    sizeOf: view.takes[0],
    shipped: view.masks?.[at],
    fps,
    frames,
    decode,
  }))
  const [first, second] = takes
  const masks = (part: 'lossless' | 'mpeg4' | 'shipped') => takes.map((take) => takeSource({ take, part }))
  return {
    id: view.id,
    // Views of a scenario are one unit of any statistics.
    name: view.scenario,
    video: takeSource({ take: first, part: 'frames' }),
    takes: [takeSource({ take: second, part: 'frames' })],
    movingPixels:
      view.masks === undefined
        ? codecs.map((codec) => ({ codec, masks: masks(codec) }))
        : [{ codec: 'shipped', masks: masks('shipped') }],
    ...(view.switchFrame === undefined ? {} : { image: videoSource(view.switchFrame) }),
    ...texts?.get(view.id),
  }
}

type Descriptions = ReadonlyMap<string, Pick<DatasetClip, 'text' | 'class'>>

/** Texts by the generated video's name without its ending. @throws KinemetricError `bad-dataset` without the columns that are needed */
async function readDescriptions(path: string): Promise<Descriptions> {
  const [head, ...rows] = csvRows(path, withoutMark(await readTextFile(path))).map(({ cells }) => cells)
  const columns = head ?? []
  const placeOf = (column: string) => columns.indexOf(column)
  const [name, text, category] = [placeOf('generated_video_name'), placeOf('description'), placeOf('category')]
  if (name < 0 || text < 0)
    throw benchmarkError('bad-dataset', path, {
      expected: 'the columns generated_video_name and description',
      found: columns.length === 0 ? 'nothing' : columns.join(', '),
    })
  const texts = new Map<string, Pick<DatasetClip, 'text' | 'class'>>()
  // Take 2 has rows of the same names; its texts are for nobody.
  for (const row of rows) {
    const id = row[name].replace(/\.mp4$/, '').normalize('NFC')
    if (!texts.has(id)) texts.set(id, { text: row[text], ...(category < 0 ? {} : { class: row[category] }) })
  }
  return texts
}
