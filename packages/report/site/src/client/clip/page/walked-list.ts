/** What next and previous walk. */
export interface ClipList {
  /** Clips in the list's order. */
  readonly clips: ArrayLike<number>
  /** Whether a reader chose it. */
  readonly isChosen: boolean
  place(clip: number): { at: number; of: number; previous: number | null; next: number | null; isChosen: boolean }
  neighbour(clip: number, by: 1 | -1): number | null
}

export function listOf(clips: ArrayLike<number>, isChosen: boolean): ClipList {
  const places = new Map(Array.from(clips, (clip, at) => [clip, at]))
  const neighbour = (clip: number, by: 1 | -1) => {
    const at = places.get(clip)
    return at === undefined ? (clips[0] ?? null) : (clips[at + by] ?? null)
  }
  return {
    clips,
    isChosen,
    neighbour,
    place: (clip) => ({
      at: places.get(clip) ?? -1,
      of: clips.length,
      previous: neighbour(clip, -1),
      next: neighbour(clip, 1),
      isChosen,
    }),
  }
}
