import { countOf, isError, portableMessage } from '@kinemetric/files'
import { z } from 'zod'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { frameStride } from '../../protocol/frame-stride.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import type { DatasetAdapter, DatasetClip, DatasetItem } from '../dataset-adapter.ts'
import { isOwnClip } from '../../shards/shard.ts'
import { videoSource } from '../frame-source.ts'
import { paintedRunLengths } from '../painted-run-lengths.ts'
import { readAnnotation, sceneFrames } from './annotation.ts'
import { type ClevrerOptions, clevrerOptions, isOfSplit } from './clevrer-options.ts'
import { type ClevrerFiles, findClevrerFiles } from './find-files.ts'
import type { ClipGeometry } from '../probe/mask-in-clip.ts'
import { projectedTrack } from './project.ts'
import { type ReadScene, readScene } from './read-scene.ts'
import { type Counterfactual, maskReport, probeScene, sceneReport, windowReport } from './scene-report.ts'
import { chooseStarts, validStarts, windowFrom, type WindowRules } from './scene-window.ts'
import { type WindowFacts, windowFacts } from './window-facts.ts'

/** Frames a second of every video. */
const RATE = 25

/**
 * CLEVRER in its own files, wherever in the folder they lie: `video_00000.mp4`, `annotation_00000.json`, and the masks of one of the two releases. The control
 * signal shows the objects that enter, a colour each; a clip begins before the first collision (InterDyn, section 4.3). Scenes that make no clip are in
 * prepare.json alone.
 */
export const clevrer: DatasetAdapter<ClevrerOptions> = {
  id: 'clevrer',
  title: 'CLEVRER: collisions of simple bodies',
  options: clevrerOptions,
  stages: ['no-window'],
  joinFacts: { scenes: joinScenes },
  async *clips(folder, options, context) {
    const protocol = context.protocol.identity
    const rules = windowRules(options, protocol)
    const geometry: ClipGeometry = protocol.geometry === null ? null : { size: protocol.geometry.size }
    const found = await findClevrerFiles(folder, options.masks)
    for (const note of found.notes) yield { note }
    const numbers = [...found.annotations.keys()].filter((number) => isOfSplit(number, options.split))
    const scenes: Record<string, unknown> = {}
    for (const number of numbers.sort((a, b) => a - b)) {
      const name = nameOfScene(number)
      // Of a scene that makes several clips any may be ours.
      if (options.start !== 'all' && !isOwnClip(name, context.shard)) {
        yield { elsewhere: name }
        continue
      }
      try {
        const scene = await readScene(number, found)
        const { report, items } = await itemsOf(name, number, scene, found, { options, rules, geometry })
        for (const [id, said] of Object.entries(report)) if (isOwnClip(id, context.shard)) scenes[id] = said
        yield* items
      } catch (error) {
        if (!isError(error)) throw error
        yield { id: name, problem: portableMessage(error) }
      }
    }
    const strangers = [...found.videos.keys()].filter((number) => !found.annotations.has(number))
    if (strangers.length > 0) yield { note: `${countOf(strangers.length, 'video')} passed over: without annotation` }
    yield { facts: { release: found.masks, scenes } }
  },
}

interface SceneRules {
  readonly options: ClevrerOptions
  readonly rules: WindowRules
  readonly geometry: ClipGeometry
}

/** A scene's clips, or its removal, with what prepare.json says of it. */
async function itemsOf(
  name: string,
  number: number,
  read: ReadScene,
  found: ClevrerFiles,
  { options, rules, geometry }: SceneRules,
): Promise<{ report: Record<string, unknown>; items: DatasetItem[] }> {
  const { scene, masks, decoded } = read
  const starts = validStarts(scene, masks, rules)
  const said = {
    ...sceneReport(scene, masks, starts),
    ...(options.masksAt === undefined ? {} : { masks: maskReport(scene, masks, decoded, options.masksAt) }),
  }
  const chosen = chooseStarts(starts, options.start, options.seed, name)
  if (chosen.length === 0)
    return { report: { [name]: { ...said, window: null } }, items: [{ id: name, removedAt: 'no-window' }] }
  const report: Record<string, unknown> = {}
  const items: DatasetItem[] = []
  for (const start of chosen) {
    const id = options.start === 'all' ? `${name}_from_${String(start).padStart(3, '0')}` : name
    const facts = windowFacts(scene, masks, decoded, windowFrom(scene, masks, start, rules), { ...options, geometry })
    const { known, warnings } = await readCounterfactuals(number, facts, found, decoded.size, geometry)
    report[id] = { ...said, window: windowReport(facts, known) }
    items.push({
      ...clipOf(id, name, read, facts, rules.stride),
      scene: probeScene(facts, known),
      warnings: [...read.warnings, ...gapWarning(facts), ...objectGaps(facts, masks), ...warnings],
    })
  }
  return { report, items }
}

function clipOf(id: string, name: string, read: ReadScene, facts: WindowFacts, stride: number): DatasetClip {
  const { decoded, proposals, masks, video } = read
  const { window, colours, painted, objects } = facts
  const of = { file: proposals, size: decoded.size, total: sceneFrames }
  const { start } = window
  const order = [...colours.values()]
  const controlWithout = (driver?: number) =>
    paintedRunLengths({
      ...of,
      frames: new Map(
        [...painted].map(([frame, drivers]) => [
          frame,
          drivers
            .filter(({ id: each }) => each !== driver)
            .map(({ number, proposal: { mask } }) => ({ mask, colour: order[number - 1] })),
        ]),
      ),
    })
  const pairs = facts.pairs.flatMap(({ driver, excluded }) =>
    excluded === null ? [{ without: String(driver), control: controlWithout(driver) }] : [],
  )
  return {
    id,
    name: `${name}.mp4`,
    video: videoSource(video),
    window: { start, stride },
    frames: sceneFrames,
    control: controlWithout(),
    controlType: 'rgb',
    controlSource: 'proposals',
    ...(pairs.length === 0 ? {} : { pairs }),
    objects: objects.flatMap(({ id: object, name: words, area }) => {
      const proposal = masks.frames[start].get(object)
      if (proposal === undefined || area === 0 || !window.uncontrolled.includes(object)) return []
      const frames = new Map(
        window.sourceFrames.map((frame) => {
          const found = masks.frames[frame].get(object)
          return [frame, found === undefined ? [] : [{ mask: found.mask, colour: [255, 255, 255] as const }]]
        }),
      )
      return [{ object: words, mask: paintedRunLengths({ ...of, frames }), offset: 0, everyFrame: true }]
    }),
  }
}

function gapWarning({ gaps }: WindowFacts): string[] {
  return gaps === 0 ? [] : [`${gaps} times in the clip a driver is in view and has no mask`]
}

/** Where an object's region is taken for empty although it may be in view. */
function objectGaps({ window }: WindowFacts, { missing }: ReadScene['masks']): string[] {
  const { uncontrolled, sourceFrames } = window
  const gaps = missing.filter(([frame, id]) => uncontrolled.includes(id) && sourceFrames.includes(frame)).length
  return gaps === 0 ? [] : [`${gaps} times in the clip an object is in view and has no mask: its region is empty there`]
}

/** What happens without each driver, where a file says so. One that cannot be read is a warning: CLEVRER itself has none. */
async function readCounterfactuals(
  number: number,
  { window, pairs }: WindowFacts,
  found: ClevrerFiles,
  size: readonly [number, number],
  geometry: ClipGeometry,
) {
  const known = new Map<number, Counterfactual>()
  const warnings: string[] = []
  for (const { driver } of pairs) {
    const path = found.counterfactuals.get(number)?.get(driver)
    if (path === undefined) continue
    try {
      const without = await readAnnotation(path)
      const tracks = without.objects.map(
        ({ id }) => [id, projectedTrack(without, id, window.sourceFrames, size, geometry)] as const,
      )
      known.set(driver, { collisions: without.collisions, tracks: new Map(tracks) })
    } catch (error) {
      if (!isError(error)) throw error
      warnings.push(`what happens without driver ${driver} is not known: ${portableMessage(error)}`)
    }
  }
  return { known, warnings }
}

function windowRules({ stride, entering, collisionInWindow }: ClevrerOptions, protocol: ProtocolIdentity): WindowRules {
  const { frames, fps, start, resample } = protocol.window
  if (resample !== undefined || start !== 0)
    throw benchmarkError('bad-protocol', protocol.id, {
      expected:
        'windows from frame 0 on, not resampled: each clip has its own start, by its scene, and masks of the frames from there',
      found: resample === undefined ? `window.start ${start}` : `window.resample ${resample}`,
    })
  if (frames === 'all' || frames > sceneFrames)
    throw benchmarkError('bad-protocol', protocol.id, {
      expected: `a protocol with clips of at most ${sceneFrames} frames, such as clevrer-320x448`,
      found: frames === 'all' ? 'one that takes every frame' : `${frames} frames`,
    })
  return {
    frames,
    stride: stride ?? protocol.window.stride ?? frameStride('CLEVRER', RATE, fps),
    entering,
    collisionInWindow,
  }
}

function nameOfScene(number: number): string {
  return `video_${String(number).padStart(5, '0')}`
}

/** What shards say of their scenes, in the order of the scenes' numbers and then of the clips. */
function joinScenes(parts: readonly unknown[]): Record<string, unknown> {
  const scenes = parts.flatMap((part) => Object.entries(scenesSchema.parse(part)))
  return Object.fromEntries(scenes.sort(([a], [b]) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1)))
}

const scenesSchema = z.record(z.string().regex(/^video_\d/), z.json())

function numberOf(id: string): number {
  return Number(/^video_(\d+)/.exec(id)?.[1])
}
