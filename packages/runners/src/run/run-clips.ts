import { isOfShard, type Manifest, type Shard } from '@kinemetric/benchmark'
import { fitClips, type UnfitClip } from '../generator/capabilities.ts'
import { fitControls } from '../generator/fit-controls.ts'
import { clipsToRun, type RunClip } from '../generator/with-pairs.ts'
import type { Method } from '../methods/find-method.ts'
import { type RunPlace, shardPlace, wholePlace } from '../provenance/run-place.ts'

interface ClipsAsk {
  readonly method: Pick<Method, 'spec'>
  readonly manifest: Manifest
  readonly pairs?: boolean | undefined
  readonly shard?: Shard | undefined
}

/** The clips of a run, or of a shard of it, and which of them the method can do. @throws KinemetricError `unfit-manifest` */
export async function clipsOf({ method: { spec }, manifest, pairs = true, shard }: ClipsAsk): Promise<{
  clips: RunClip[]
  fit: RunClip[]
  unfit: UnfitClip[]
}> {
  // A pair is of its clip's shard.
  const isOwn = ({ noiseKey }: RunClip) => shard === undefined || isOfShard(noiseKey, shard)
  const all = clipsToRun(manifest.clips, pairs)
  const able = fitClips(spec, all)
  const own = able.fit.filter(isOwn)
  const controlled = await fitControls(spec, manifest.root, own, shard !== undefined)
  const clips = all.filter(isOwn)
  const names = new Set(clips.map(({ id }) => id))
  const unfit = able.unfit.filter(({ clip }) => names.has(clip))
  return { clips, fit: controlled.fit, unfit: [...unfit, ...controlled.unfit] }
}

/** Where a run says what it is. */
export function placeOf(
  out: string,
  shard: Shard | undefined,
  { clips, numbers }: { readonly clips: readonly RunClip[]; readonly numbers: readonly number[] },
  onWarning: (message: string) => void,
): RunPlace {
  const frames = new Map(clips.map(({ id, window }) => [id, window.count]))
  if (shard === undefined) return wholePlace(out, frames)
  const samples = clips.flatMap(({ id, noiseKey }) =>
    numbers.map((sample) => ({ clip: id, ...(noiseKey === id ? {} : { of: noiseKey }), sample })),
  )
  return shardPlace(out, shard, samples, frames, onWarning)
}
