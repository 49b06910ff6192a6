import type { VideoWarning } from '@kinemetric/video'
import type { ReferenceClip } from '../clips/reference-clips.ts'

/** A reference that is decoded once however often it is read; every reader is told what decoding found odd. */
export function readOnce(reference: ReferenceClip): ReferenceClip {
  let reading: ReturnType<ReferenceClip['read']> | undefined
  const warnings: VideoWarning[] = []
  return {
    ...reference,
    read: async (signal, onWarning) => {
      reading ??= reference.read(signal, (warning) => warnings.push(warning))
      const read = await reading
      for (const warning of warnings) onWarning?.(warning)
      return read
    },
  }
}
