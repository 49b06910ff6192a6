import type { ClassScores } from '@kinemetric/records'
import type { ClipClasses } from './clip-classes.ts'

/** The classes of a protocol's clips with their clips. */
export interface ClassMembers {
  /** The largest first, then by name. */
  classes: { name: string; clips: string[] }[]
  unlabelled: ReadonlySet<string>
  counts: Pick<ClassScores, 'clips' | 'unlabelled' | 'strangers' | 'leftOut'>
}

/** A clip's name in any Unicode form. */
function nameIn(classOf: ClipClasses['classOf'], clip: string): string {
  return classOf.has(clip) ? clip : clip.normalize('NFC')
}

/** Whether any of these clips is in a class. */
export function hasClass(clips: ReadonlySet<string>, { classOf }: ClipClasses): boolean {
  return [...clips].some((clip) => classOf.has(nameIn(classOf, clip)))
}

/**
 * Groups clips by class.
 * @param minClips smaller classes are left out and counted
 */
export function classMembers(clips: ReadonlySet<string>, { classOf }: ClipClasses, minClips: number): ClassMembers {
  const members = new Map<string, string[]>()
  const unlabelled = new Set<string>()
  const seen = new Set<string>()
  for (const clip of clips) {
    const known = nameIn(classOf, clip)
    const name = classOf.get(known)
    if (name === undefined) {
      unlabelled.add(clip)
      continue
    }
    seen.add(known)
    const own = members.get(name)
    if (own === undefined) members.set(name, [clip])
    else own.push(clip)
  }
  const all = [...members].map(([name, own]) => ({ name, clips: own }))
  const small = all.filter((each) => each.clips.length < minClips)
  return {
    classes: all
      .filter((each) => each.clips.length >= minClips)
      .toSorted((a, b) => b.clips.length - a.clips.length || (a.name < b.name ? -1 : 1)),
    unlabelled,
    counts: {
      clips: clips.size,
      unlabelled: unlabelled.size,
      strangers: classOf.size - seen.size,
      leftOut: { classes: small.length, clips: small.reduce((sum, each) => sum + each.clips.length, 0) },
    },
  }
}
