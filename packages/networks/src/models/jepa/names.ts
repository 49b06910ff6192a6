import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'

// Training code keeps encoder, its slow copy, predictor and optimiser in one file, and wraps what it trains: names begin with any of these.

/** What stands before a name: the longest of the wanted ones first, wrappers of training behind it. */
export function prefixesOf(checkpoint: Checkpoint, suffix: string): string[] {
  return [...checkpoint.tensors.keys()]
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
}

/** The prefix under which a model's tensors lie: of the first `holders` that is there, with any of training's wrappers behind. */
export function prefixIn(checkpoint: Checkpoint, suffix: string, holders: readonly string[]): string | undefined {
  const found = prefixesOf(checkpoint, suffix)
  for (const holder of holders) {
    const wrapped = found.find((prefix) => prefix.startsWith(holder) && isWrapping(prefix.slice(holder.length)))
    if (wrapped !== undefined) return wrapped
  }
  return undefined
}

function isWrapping(text: string): boolean {
  return /^(?:(?:module|backbone)\.)*$/.test(text)
}

/** How many of `<prefix>0…`, `<prefix>1…` follow one another. */
export function countOf(checkpoint: Checkpoint, prefix: string, suffix: string): number {
  let count = 0
  while (checkpoint.tensors.has(`${prefix}${count}${suffix}`)) count++
  return count
}

/** Weight and bias of a layer. */
export function affine(name: string, weight: readonly number[]): Record<string, readonly number[]> {
  return { [`${name}.weight`]: weight, [`${name}.bias`]: [weight[0]] }
}
