/** What a run of the graph computes: every frame once, however many pairs it stands in. */
export interface PairRun {
  readonly frames: readonly FramePlace[]
  readonly pairs: readonly PlannedPair[]
}

/** A frame of a generated video, or of the reference. */
export interface FramePlace {
  readonly video: number | 'reference'
  readonly frame: number
}

export interface PlannedPair {
  /** The value that it is: this video's at this frame. */
  readonly video: number
  readonly frame: number
  /** Places among the run's frames. */
  readonly generated: number
  readonly reference: number
}

/** A video's frames as bytes, one after the other, and what is the same among them. */
export interface FrameBytes {
  readonly data: Uint8Array
  readonly count: number
  /** Bytes of a frame. */
  readonly size: number
  /** For each frame the first of the equal ones in a row that it ends or stands in: its own place where it differs from the frame before it. */
  readonly first: Int32Array
}

export function frameBytes(data: Uint8Array, count: number, size: number): FrameBytes {
  const first = Int32Array.from({ length: count }, (_, frame) => frame)
  for (let frame = 1; frame < count; frame++)
    if (bytesOf(data, frame, size).equals(bytesOf(data, frame - 1, size))) first[frame] = first[frame - 1]
  return { data, count, size, first }
}

/**
 * Where the value of each frame of a generated video comes from: −1 where the frame is the reference's, to the byte (the distance is 0), the frame whose pair is
 * computed otherwise: itself, or an earlier one where both sides stand still since.
 */
export function valueSources(generated: FrameBytes, reference: FrameBytes): Int32Array {
  const sources = new Int32Array(generated.count)
  for (let frame = 0; frame < generated.count; frame++) {
    const isStill = generated.first[frame] !== frame && reference.first[frame] !== frame
    if (isStill) sources[frame] = sources[frame - 1]
    else {
      const sides = [generated, reference].map(({ data, size }) => bytesOf(data, frame, size))
      sources[frame] = sides[0].equals(sides[1]) ? -1 : frame
    }
  }
  return sources
}

/** How many frames a run may have. */
export interface RunSizes {
  /** At least 2: what memory allows. */
  readonly limit: number
  /** The same of a run to which frames are only added because there is room, none of them being in it already: what the processor's cache holds. */
  readonly usual: number
}

/**
 * Runs in which every pair of `sources` occurs once. Videos go together as far as the limit reaches, so that a frame of the reference is computed once for all
 * of them; then as many frames of theirs as have room.
 */
export function planRuns(
  sources: readonly Int32Array[],
  generated: readonly FrameBytes[],
  reference: FrameBytes,
  { limit, usual }: RunSizes,
): PairRun[] {
  const runs: PairRun[] = []
  for (let from = 0; from < sources.length; from += limit - 1) {
    let run = emptyRun()
    for (let frame = 0; frame < reference.count; frame++) {
      const videos = generated.map((_, video) => video).slice(from, from + limit - 1)
      const wanted = videos
        .filter((video) => sources[video][frame] === frame)
        .map((video) => ({ video, frame: generated[video].first[frame] }))
      if (wanted.length === 0) continue
      const target: FramePlace = { video: 'reference', frame: reference.first[frame] }
      const places = [target, ...wanted]
      const added = run.countOfNew(places)
      if (run.frames.length + added > (added < places.length ? limit : Math.min(usual, limit))) {
        if (run.pairs.length > 0) runs.push(run)
        run = emptyRun()
      }
      for (const place of wanted) run.add({ video: place.video, frame }, place, target)
    }
    if (run.pairs.length > 0) runs.push(run)
  }
  return runs
}

function emptyRun() {
  const frames: FramePlace[] = []
  const pairs: PlannedPair[] = []
  const places = new Map<string, number>()
  const keyOf = ({ video, frame }: FramePlace): string => `${video}/${frame}`
  const placeOf = (place: FramePlace): number => {
    const known = places.get(keyOf(place)) ?? frames.push(place) - 1
    places.set(keyOf(place), known)
    return known
  }
  return {
    frames,
    pairs,
    countOfNew: (more: readonly FramePlace[]): number => more.filter((place) => !places.has(keyOf(place))).length,
    add(value: { video: number; frame: number }, generated: FramePlace, reference: FramePlace): void {
      pairs.push({ ...value, generated: placeOf(generated), reference: placeOf(reference) })
    },
  }
}

function bytesOf(data: Uint8Array, frame: number, size: number): Buffer {
  return Buffer.from(data.buffer, data.byteOffset + frame * size, size)
}
