import { basename } from 'node:path'
import { benchmarkError, findProtocol, type Protocol } from '@kinemetric/benchmark'
import { countOf, hashBytes } from '@kinemetric/files'
import { ClipNames } from './clip-names.ts'
import type { ReferenceClip, ReferenceClips, ReferenceSet } from './reference-clips.ts'

/** Names of the clips that a folder has, one of each method. */
export interface FoundClips {
  folder: string
  names: ReadonlySet<string>
}

/**
 * Clips that nothing is held against: those that were generated, by name. Whoever names them in `only` says what should be there, and what is not there is told.
 * @throws KinemetricError `bad-protocol`; `bad-option` for folders of different clips, where `only` does not say which are meant
 */
export function generatedReferences(
  found: readonly FoundClips[],
  asked: string | Protocol | undefined,
  only: readonly string[] | undefined,
): ReferenceSet {
  const protocol = typeof asked === 'object' ? asked : findProtocol(asked ?? 'as-is')
  if (only === undefined) requireSameClips(found)
  const all = new Set(found.flatMap(({ names }) => [...names]))
  const wanted = only === undefined ? all : new Set(only.map((id) => id.normalize('NFC')))
  const ids = [...wanted].sort()
  const left = [...all].filter((name) => !wanted.has(name))
  const warnings =
    left.length === 0
      ? []
      : [
          `${countOf(ids.length, 'clip')} were asked for and ${left.length} others are there: every score is of those alone`,
        ]
  return {
    protocol,
    clips: new NamedClips(ids),
    failures: [],
    ...(left.length === 0 ? {} : { passedOver: new Set(left) }),
    warnings,
    none: true,
    manifest: null,
    digest: hashBytes(`none\n${ids.join('\n')}`),
  }
}

/** In one pass a clip that one method lacks would be missing, or unknown, in the other's record, which is to be the one that it gets alone. */
function requireSameClips(found: readonly FoundClips[]): void {
  for (const { folder, names } of found)
    for (const other of found) {
      const lacking = [...other.names].find((name) => !names.has(name))
      if (lacking === undefined) continue
      throw benchmarkError('bad-option', 'generated', {
        expected: 'the same clips in every folder, where there are no references that say which there should be',
        found: `${lacking} in ${basename(other.folder)} and not in ${basename(folder)}`,
        then: 'name the clips that should be there with --clips, or score each folder by itself',
      })
    }
}

class NamedClips implements ReferenceClips {
  readonly names: ClipNames

  constructor(ids: readonly string[]) {
    this.names = ClipNames.of(ids.map((id) => ({ id })))
  }

  get length(): number {
    return this.names.length
  }

  at(index: number): ReferenceClip {
    // A generated video is scored at its own rate, and changes with its own file alone.
    return { id: this.names.idAt(index), fps: null, stamp: async () => '', objectMasks: [] }
  }

  hasProbe(): boolean {
    return false
  }

  close(): void {
    // Nothing is open.
  }
}
