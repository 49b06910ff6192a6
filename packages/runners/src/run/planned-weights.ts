import { generatorCatalogue } from '@kinemetric/networks'
import { pathsOf } from '../latent/given-checkpoints.ts'
import type { RunOptions } from './run-method.ts'

/** Weights that a method wants: where they are, or how they are had. */
export interface PlannedWeights {
  readonly word: string
  /** null: they are not here. */
  readonly path: string | null
  readonly doc: string
  readonly from: string
  readonly licence: string
  readonly gated: boolean
  readonly optional: boolean
  /** Whether something vouches for the files, as far as it shows without reading gigabytes of them; null: they are not here. */
  readonly official: boolean | null
  /** In words, and the command that gets them, where it is known. */
  readonly size: string | null
  readonly get: string | null
}

/** The weights that a method wants, each with where it is or how it is had. Of a program nothing is known. Opens nothing. */
export async function plannedWeights({
  method,
  native,
  searchPath,
}: Pick<RunOptions, 'method' | 'native' | 'searchPath'>): Promise<Omit<PlannedWeights, 'official'>[]> {
  const given = { checkpoints: native?.checkpoints ?? {}, searchPath }
  const planned: Omit<PlannedWeights, 'official'>[] = []
  for (const [word, { doc, from, licence, gated, optional }] of Object.entries(method.spec.checkpoints)) {
    const entry = generatorCatalogue.find((known) => known.word === word)
    const path = (await pathsOf(method.spec, given))[word] ?? null
    const get = entry === undefined ? null : `kinemetric weights pull ${entry.id}`
    planned.push({ word, path, doc, from, licence, gated, optional, size: entry?.size ?? null, get })
  }
  return planned
}
