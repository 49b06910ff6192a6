import type { ReferenceClip, ReferenceClips, ReferenceSet } from './reference-clips.ts'

/** Names that generated clips may have: of the references, of the pairs that some of them have, and of what was passed over on purpose. */
export function namesOf({
  clips,
  failures,
  passedOver,
}: Pick<ReferenceSet, 'clips' | 'failures' | 'passedOver'>): Pick<ReadonlySet<string>, 'has'> {
  const others = new Set(failures.map(({ clip }) => clip))
  for (const { probe } of probed(clips)) for (const { id } of probe?.pairs ?? []) others.add(id)
  return { has: (name) => clips.names.has(name) || others.has(name) || passedOver?.has(name) === true }
}

/** The references of which is known what happens in them. */
export function* probed(clips: ReferenceClips): Generator<ReferenceClip> {
  for (let index = 0; index < clips.length; index++) if (clips.hasProbe(index)) yield clips.at(index)
}
