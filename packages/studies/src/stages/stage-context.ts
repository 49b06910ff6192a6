import type { Study } from '../study/study.ts'
import type { StageName, StudyHow, StudyProgress } from '../study/study-options.ts'
import type { StudyPlaces } from '../study/study-places.ts'
import type { StudyState } from '../study/study-state.ts'
import { noteMeasuredTime } from '../study/measured-times.ts'

/** What every stage is given. */
export interface StageContext {
  readonly study: Study
  readonly how: StudyHow
  readonly places: StudyPlaces
  readonly state: StudyState
}

/** The name of a stage by what it is of: `run/ssv2-256x384/interdyn`. */
export function stageKey(stage: StageName, ...of: readonly string[]): string {
  return [stage, ...of].join('/')
}

/** Tells of a stage's beginning. */
export function begin({ how }: StageContext, stage: StageName, of: string, isDone: boolean): void {
  how.onProgress?.({ kind: 'stage', stage, of, isDone })
}

/** What a stage tells of its clips, and how many it has done since it began. */
export function clipTeller({ how, places }: StageContext, key: string, stage: StageName, of: string) {
  const begun = performance.now()
  let first: number | undefined
  let last = 0
  return {
    tell(event: Omit<Extract<StudyProgress, { kind: 'clip' }>, 'kind' | 'stage' | 'of'>): void {
      first ??= event.done
      last = event.done
      how.onProgress?.({ kind: 'clip', stage, of, ...event })
    },
    /** Notes how long what was done took. @param units how much it was, where that is known otherwise */
    note: (units = last - (first ?? 0)) =>
      noteMeasuredTime(places.measured, key, units, (performance.now() - begun) / 1000),
  }
}

export function warner({ how }: StageContext): (message: string) => void {
  return (message) => how.onProgress?.({ kind: 'warning', message })
}
