import type { ManifestClip } from '@kinemetric/benchmark'

type Noted = Pick<ManifestClip, 'reference' | 'control'> & Partial<Pick<ManifestClip, 'source' | 'window'>>

/**
 * Counts, clip by clip, what a reader of scores has to know of a manifest: which clips are held against nothing, which are of sources that say no rate (folders of
 * frames), and what their control signals are, where those are not masks alone and of one origin.
 */
export class ManifestNotes {
  #clips = 0
  #prompts = 0
  #unrated = 0
  readonly #kinds = new Map<string, number>()

  add(clip: Noted): void {
    this.#clips++
    if (clip.reference === undefined) this.#prompts++
    if (isUnrated(clip)) this.#unrated++
    const kind = kindOf(clip)
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1)
  }

  /** In words. @param fps the protocol's rate; null where it takes frames whatever their rate */
  words(fps: number | null = null): string[] {
    const of = (count: number) => `${count} of ${this.#clips} clips are`
    const blind = `${of(this.#prompts)} prompts: what needs a reference has no value for them`
    const assumed = `${of(this.#unrated)} of folders of frames, or videos, that say no rate: their frames were taken as at the protocol's ${fps} a second`
    const kinds = [...this.#kinds]
    const told = kinds.length > 1 || kinds.some(([kind]) => !/^(none|mask)/.test(kind))
    const counts = kinds.map(([kind, count]) => `${kind} (${count})`).toSorted()
    return [
      ...(this.#prompts === 0 ? [] : [blind]),
      ...(fps === null || this.#unrated === 0 ? [] : [assumed]),
      ...(told ? [`control signals: ${counts.join(', ')}`] : []),
    ]
  }
}

/** A clip of a single frame has no rate to be wrong about. */
function isUnrated({ reference, source, window }: Noted): boolean {
  return reference !== undefined && source?.fps === null && window !== undefined && window.count > 1
}

function kindOf({ control }: Noted): string {
  if (control === undefined) return 'none'
  return control.source === undefined ? control.type : `${control.type} from ${control.source}`
}
