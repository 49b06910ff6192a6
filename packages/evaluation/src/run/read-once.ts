import type { VideoWarning } from '@kinemetric/video'
import type { ReadReference, ReferenceClip } from '../references/reference-clips.ts'

/** A reference that is decoded once however often it is read; every reader is told what decoding found odd. */
export function readOnce(reference: ReferenceClip): ReferenceClip {
  const { read: readOwn } = reference
  if (readOwn === undefined) return reference
  let reading: ReturnType<ReadReference> | undefined
  const warnings: VideoWarning[] = []
  const read: ReadReference = async (signal, onWarning) => {
    reading ??= readOwn(signal, (warning) => warnings.push(warning))
    const found = await reading
    for (const warning of warnings) onWarning?.(warning)
    return found
  }
  // All else is looked up where it always is.
  return new Proxy(reference, {
    get: (target, name) => {
      if (name === 'read') return read
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
