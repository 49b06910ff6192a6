/** The `key:value` parts of a signature, in its order. Lenient: a record is untrusted, so a part without a colon becomes a key with an empty value. */
export function signatureParts(signature: string): [key: string, value: string][] {
  return signature
    .split('|')
    .slice(1)
    .map((part) => {
      const colon = part.indexOf(':')
      return colon < 0 ? [part, ''] : [part.slice(0, colon), part.slice(colon + 1)]
    })
}

/**
 * What tells each signature from the others, as short text: the recipe, or where several share it, the parts that differ.
 * One signature alone needs nothing and gets ''.
 */
export function distinguish(signatures: readonly string[]): string[] {
  if (signatures.length < 2) return signatures.map(() => '')
  const parsed = signatures.map((signature) => new Map(signatureParts(signature)))
  const keys = [...new Set(parsed.flatMap((parts) => [...parts.keys()]))]
  const differing = keys.filter((key) => new Set(parsed.map((parts) => parts.get(key))).size > 1)
  const chosen = shortest(parsed, differing)
  return withoutCommonFolder(
    parsed.map((parts) =>
      chosen
        .map((key) => label(key, parts.get(key)))
        .filter((text) => text !== '')
        .join(', '),
    ),
  )
}

/** `interdyn/tracker:a`, `interdyn/tracker:b` → `tracker:a`, `tracker:b`. */
function withoutCommonFolder(labels: string[]): string[] {
  const folder = /^[^/]+\//.exec(labels[0])?.[0]
  return folder !== undefined && labels.every((text) => text.startsWith(folder) && text !== folder)
    ? labels.map((text) => text.slice(folder.length))
    : labels
}

/** The recipe (or tracker) alone if it tells all apart, else every part that differs. */
function shortest(parsed: readonly Map<string, string>[], differing: readonly string[]): readonly string[] {
  for (const key of ['recipe', 'tracker']) {
    if (differing.includes(key) && new Set(parsed.map((parts) => parts.get(key))).size === parsed.length) return [key]
  }
  const known = ['recipe', 'tracker'].filter((key) => differing.includes(key))
  const tuple = (parts: Map<string, string>) => JSON.stringify(known.map((key) => parts.get(key)))
  if (known.length > 0 && new Set(parsed.map(tuple)).size === parsed.length) return known
  return differing
}

function label(key: string, value: string | undefined): string {
  if (value === undefined) return key === 'recipe' ? '' : `no ${key}`
  if (key === 'recipe') return value
  // A digest is told apart by its first digits well enough for a heading; the signature itself is shown in full elsewhere.
  return `${key}:${/^[0-9a-f]{16,}$/.test(value) ? value.slice(0, 8) : value}`
}
