import type { ReferenceSource } from '@kinemetric/evaluation'
import { findRecipe, metricCatalogue, needsReference } from '@kinemetric/metrics'
import { requireOneOf } from '../one-of.ts'

/** What says where references are, and what they are wanted for. */
interface ReferenceFlags {
  manifest?: string
  reference?: string
  metrics?: readonly string[]
}

/**
 * Where references are. Metrics that are asked for by name may need none: then neither need be given, and whoever scores says what is lacking.
 * @throws KinemetricError `bad-option` for both; for neither where no metric is named
 */
export function referenceSource({ manifest, reference, metrics }: ReferenceFlags): ReferenceSource | undefined {
  if (metrics === undefined || (manifest !== undefined && reference !== undefined)) {
    const alone = metricCatalogue.filter((metric) => !needsReference(metric.needs(findRecipe(metric))))
    const otherwise = `without either, --metrics of those that need none: ${alone.map(({ id }) => id).join(', ')}`
    requireOneOf({ '--manifest <file>': manifest, '--reference <folder>': reference }, otherwise)
  }
  if (manifest !== undefined) return { manifest }
  return reference === undefined ? undefined : { folder: reference }
}
