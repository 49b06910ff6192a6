import type { Checkpoint } from './tensors/tensor-reference.ts'
import { networkError } from '../tracklets/network-error.ts'

export interface ExpectTensorsOptions {
  /**
   * Tensors that may be there besides the expected ones: 'refuse' none (the default), 'ignore' any, or a function that
   * says which (a classifier that a feature extractor does not need, say).
   */
  extra?: 'refuse' | 'ignore' | ((name: string) => boolean) | undefined
}

/**
 * Checks that a checkpoint holds these tensors in these shapes.
 *
 * @throws KinemetricError `wrong-tensors` that lists the missing, unexpected and mis-shaped ones by name, in `details` all of them.
 */
export function expectTensors(
  checkpoint: Checkpoint,
  expected: Readonly<Record<string, readonly number[]>>,
  options: ExpectTensorsOptions = {},
): void {
  const allowed = options.extra ?? 'refuse'
  const missing: string[] = []
  const misshaped: string[] = []
  for (const [name, shape] of Object.entries(expected)) {
    const found = checkpoint.tensors.get(name)
    if (found === undefined) missing.push(name)
    else if (found.shape.length !== shape.length || found.shape.some((size, axis) => size !== shape[axis])) {
      misshaped.push(`${name}: expected [${shape.join(', ')}], found [${found.shape.join(', ')}]`)
    }
  }
  const extra =
    allowed === 'ignore'
      ? []
      : [...checkpoint.tensors.keys()].filter(
          (name) => !Object.hasOwn(expected, name) && !(typeof allowed === 'function' && allowed(name)),
        )
  if (missing.length + extra.length + misshaped.length > 0) {
    const parts = [
      missing.length > 0 && `${missing.length} missing (${listed(missing, ', ')})`,
      extra.length > 0 && `${extra.length} unexpected (${listed(extra, ', ')})`,
      misshaped.length > 0 && `${misshaped.length} mis-shaped (${listed(misshaped, '; ')})`,
    ]
    const said = `not the expected tensors: ${parts.filter((part) => part !== false).join('; ')}`
    throw networkError('wrong-tensors', checkpoint.path, said, { details: { missing, extra, misshaped } })
  }
}

/** The first eight, and how many more. */
function listed(items: readonly string[], separator: string): string {
  const more = items.length > 8 ? `${separator}and ${items.length - 8} more` : ''
  return items.slice(0, 8).join(separator) + more
}
