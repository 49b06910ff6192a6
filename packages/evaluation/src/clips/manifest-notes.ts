import type { ManifestClip } from '@kinemetric/benchmark'

type Noted = Pick<ManifestClip, 'reference' | 'control'> & Partial<Pick<ManifestClip, 'source' | 'window'>>

/**
 * What a reader of scores has to know of a manifest's clips, in words: which of them are held against nothing, which are of sources that say no rate (folders of
 * frames), and what their control signals are, where those are not masks alone and of one origin.
 * @param fps the protocol's rate; null where it takes frames whatever their rate
 */
export function manifestNotes(clips: readonly Noted[], fps: number | null = null): string[] {
  const prompts = clips.filter(({ reference }) => reference === undefined).length
  const blind = `${prompts} of ${clips.length} clips are prompts: what needs a reference has no value for them`
  const unrated = fps === null ? 0 : clips.filter(isUnrated).length
  const assumed = `${unrated} of ${clips.length} clips are of folders of frames, or videos, that say no rate: their frames were taken as at the protocol's ${fps} a second`
  const kinds = [...Map.groupBy(clips, kindOf)].map(([kind, same]) => ({ kind, count: same.length }))
  const told = kinds.length > 1 || kinds.some(({ kind }) => !/^(none|mask)/.test(kind))
  const counts = kinds.map(({ kind, count }) => `${kind} (${count})`).toSorted()
  return [
    ...(prompts === 0 ? [] : [blind]),
    ...(unrated === 0 ? [] : [assumed]),
    ...(told ? [`control signals: ${counts.join(', ')}`] : []),
  ]
}

/** A clip of a single frame has no rate to be wrong about. */
function isUnrated({ reference, source, window }: Noted): boolean {
  return reference !== undefined && source?.fps === null && window !== undefined && window.count > 1
}

function kindOf({ control }: Noted): string {
  if (control === undefined) return 'none'
  return control.source === undefined ? control.type : `${control.type} from ${control.source}`
}
