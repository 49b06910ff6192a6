import { findRecipe } from './find-recipe.ts'
import { metricError } from './metric-error.ts'
import type { RecipeOwner } from './recipe.ts'

/** One thing that changes a number. */
export type SignatureValue = string | number | boolean

const RESERVED = /[|:=\s]/

/**
 * Spells out all that changes a score's number, in one line that two scores can be compared by, in the manner of
 * sacrebleu's signatures: `ssim|recipe:gaussian-valid|window:gaussian-11|…|frames:1-13|size:256x384|v:1`.
 *
 * Order: the metric, the recipe, the recipe's settings as its definition lists them, then `extra` (frames, size, weights
 * digest, resize, …) by key, then the version of the definition. Two scores are comparable only when these agree.
 *
 * @param extra what the recipe does not know; keys and values must hold neither `|` nor `:` nor white space (a digest is
 * written without its `sha256:` prefix). A key of the recipe's settings overrides nothing and is refused.
 * @throws KinemetricError `unknown-recipe`; `bad-option` for a key or value that would make the line ambiguous.
 */
export function signature(
  metric: RecipeOwner,
  recipeId: string,
  extra: Readonly<Record<string, SignatureValue | undefined>> = {},
): string {
  const { id, settings } = findRecipe(metric, recipeId)
  const parts: [string, SignatureValue][] = [['recipe', id], ...Object.entries(settings)]
  const taken = new Set([...parts.map(([key]) => key), 'v'])
  for (const key of Object.keys(extra).toSorted()) {
    const value = extra[key]
    if (value === undefined) continue
    if (taken.has(key)) throw metricError('bad-option', 'signature', `'${key}' is set by the recipe '${id}' already`)
    parts.push([key, value])
  }
  parts.push(['v', metric.version])
  return [metric.id, ...parts.map(([key, value]) => pair(key, value))].join('|')
}

/** The parts of a signature by key; the metric's id is under `metric`. */
export function parseSignature(text: string): Record<string, string> {
  const [metric = '', ...pairs] = text.split('|')
  const parts: Record<string, string> = { metric }
  for (const part of pairs) {
    const colon = part.indexOf(':')
    if (colon < 1) throw metricError('bad-option', 'signature', { expected: 'key:value parts', found: `'${part}'` })
    parts[part.slice(0, colon)] = part.slice(colon + 1)
  }
  return parts
}

function pair(key: string, value: SignatureValue): string {
  const text = String(value)
  if (key === '' || text === '' || RESERVED.test(key) || RESERVED.test(text)) {
    throw metricError('bad-option', 'signature', {
      expected: `a key and a value without '|', ':', '=' and white space`,
      found: `'${key}' and '${text}'`,
    })
  }
  return `${key}:${text}`
}
