import type { ManifestClip } from '@kinemetric/benchmark'

/** What a method is asked for, as a clip of a manifest: the clip itself, or the clip without one of its drivers. */
export interface RunClip extends ManifestClip {
  /** The clip whose noise it has: its own id, or that of the clip of which it is a pair. */
  readonly noiseKey: string
  /** The driver that was taken out of the control signal, where one was. */
  readonly without?: string | undefined
}

/**
 * A manifest's clips, each followed by its pairs: the same clip under the pair's name, with the pair's control signal and what really happens without the
 * driver as its reference. Where that is not known a pair is a prompt.
 */
export function withPairs(clips: readonly ManifestClip[]): RunClip[] {
  return clips.flatMap((clip) => {
    const { pairs = [], ...alone } = clip
    const own: RunClip = { ...clip, noiseKey: clip.id }
    return [
      own,
      ...pairs.map(({ without, id, control, reference }): RunClip => ({
        ...alone,
        schema: reference === undefined ? 'kinemetric/prompt@1' : 'kinemetric/clip@1',
        id,
        control,
        reference,
        noiseKey: clip.id,
        without,
      })),
    ]
  })
}

/** What a run makes of a manifest's clips. */
export function clipsToRun(clips: readonly ManifestClip[], pairs: boolean): RunClip[] {
  return withPairs(clips).filter(({ without }) => pairs || without === undefined)
}
