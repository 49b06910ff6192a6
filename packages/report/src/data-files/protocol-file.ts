import type { DataFile, DataHead } from './container.ts'
import type { VideoFacts } from '../media/video-facts.ts'
import { copied, packParts, PartReader } from './packed-parts.ts'

/** A method as the pages of clips show it. */
export interface ProtocolMethod {
  id: string
  name: string
  /** Its folder and file name in the site. */
  slug: string
  /** 1, 2, …: its colour, dash and marker in every chart and player. */
  series: number
  /** A baseline that models nothing: shown, never ranked. */
  trivial: boolean
}

/** A metric, under a recipe, that has values by clip. */
export interface ClipMetric {
  /** What addresses call it: `lpips`, or `lpips:vgg` where the metric has several columns and this is not the first. Unique. */
  id: string
  metric: string
  recipe: string
  /** `LPIPS`, or `LPIPS (vgg)` where the metric has several columns. */
  label: string
  unit: string
  better: 'higher' | 'lower'
  decimals: number
  /** Name of its data file of all methods and clips. */
  index: string
  /** Name of its data file of differences by class; null where there is none. */
  classes: string | null
  /** Whether it has a value a frame. */
  curve: boolean
}

/** Which videos of a clip are published, and how they are called; most clips of a protocol share one of a few such sets. */
export interface MediaSet {
  /**
   * Sides with their file's ending: 0 the reference, 1 the control, 2 + m method m. `facts` is what the file says of its size and its frames'
   * times (`readVideoFacts`): a side may have another rate, or fewer frames, than the others. Null where it says none.
   */
  files: { side: number; type: 'mp4' | 'm4v' | 'webm'; facts: VideoFacts | null }[]
  /** Sides in the clip's strip of thumbnails, in its order; [] where it has none. */
  thumb: number[]
  /** Sides that the clip's `tracks.js` has. */
  tracks: number[]
}

export interface ProtocolHead extends DataHead {
  title: string
  clips: number
  /** Frames of a clip; `all` where each keeps its own (then the curves say how many). */
  frames: number | 'all'
  /** Frames that no metric scored. */
  excludedFrames: number[]
  /** [height, width] in which clips were scored, null where each keeps its own. */
  size: [number, number] | null
  methods: ProtocolMethod[]
  metrics: ClipMetric[]
  /** Clips of which it is known what happens: pages of their pairs, and where the page of probes has its words (null: it has not). */
  probes: { clip: number; pairs: { slug: string; driver: string }[]; words: string | null }[]
  /** Names of samples where clips have several; [] else. A value is then over all of them. */
  samples: string[]
  media: {
    /** Where media lie: '' beside the pages, else an address that ends in a slash. */
    base: string
    sets: MediaSet[]
    /** Clips that have any. */
    clips: number
    /** Why there are not more, a sentence; '' where all are here. */
    why: string
    /** Size in pixels of one picture in a strip of thumbnails. */
    thumb: [number, number]
  }
}

/** What a list knows of each clip. */
export interface ProtocolClips {
  ids: string[]
  /** Names of the classes that clips have. */
  classes: string[]
  /** Index into `classes` of each clip, −1 for none. */
  classOf: Int32Array
  /** Text of each clip; '' for none. */
  labels: string[]
  /** Names of the objects of each clip in one text, for the search; [] where no clip has any. */
  objects: string[]
  /** Index into `head.media.sets` of each clip, −1 without media. */
  mediaOf: Int32Array
  /** Folder of a clip's media, where it is not the id itself. */
  slugs: ReadonlyMap<number, string>
}

export interface ProtocolData extends ProtocolClips {
  head: ProtocolHead
}

interface ProtocolText {
  ids: string[]
  classes: string[]
  /** Labels, and behind them objects, each text once. */
  texts: string[]
  /** Whether there are objects. */
  objects: boolean
  slugs: [number, string][]
}

/** Content of `protocol.js`. */
export function encodeProtocol({ ids, classes, classOf, labels, objects, mediaOf, slugs }: ProtocolClips): Uint8Array {
  const texts = [...new Set([...labels, ...objects])]
  const place = new Map(texts.map((text, at) => [text, at]))
  const text: ProtocolText = { ids, classes, texts, objects: objects.length > 0, slugs: [...slugs] }
  const textOf = [labels, objects].map((list) => Int32Array.from(list, (each) => place.get(each)!))
  const parts = [classOf, mediaOf, ...textOf].map(
    (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  )
  return packParts(text, parts)
}

/** Reads `protocol.js`. */
export function decodeProtocol({ head, bytes }: DataFile<ProtocolHead>): ProtocolData {
  const parts = new PartReader<ProtocolText>(bytes)
  const { ids, classes, texts, slugs } = parts.text
  const whole = () => new Int32Array(copied(parts.take(4 * ids.length)))
  const classOf = whole()
  const mediaOf = whole()
  const textsOf = () => Array.from(whole(), (at) => texts[at])
  const labels = textsOf()
  const objects = parts.text.objects ? textsOf() : []
  return { head, ids, classes, classOf, labels, objects, mediaOf, slugs: new Map(slugs) }
}
