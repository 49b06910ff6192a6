import type { ManifestClip } from '@kinemetric/benchmark'

type Noted = Pick<ManifestClip, 'reference' | 'control'>

/**
 * What a reader of scores has to know of a manifest's clips, in words: which of them are held against nothing, and what their control signals are, where
 * those are not masks alone and of one origin.
 */
export function manifestNotes(clips: readonly Noted[]): string[] {
  const prompts = clips.filter(({ reference }) => reference === undefined).length
  const blind = `${prompts} of ${clips.length} clips are prompts: what needs a reference has no value for them`
  const kinds = [...Map.groupBy(clips, kindOf)].map(([kind, same]) => ({ kind, count: same.length }))
  const told = kinds.length > 1 || kinds.some(({ kind }) => !/^(none|mask)/.test(kind))
  const counts = kinds.map(({ kind, count }) => `${kind} (${count})`).toSorted()
  return [...(prompts === 0 ? [] : [blind]), ...(told ? [`control signals: ${counts.join(', ')}`] : [])]
}

function kindOf({ control }: Noted): string {
  if (control === undefined) return 'none'
  return control.source === undefined ? control.type : `${control.type} from ${control.source}`
}
