import type { KinemetricRecord } from '@kinemetric/records'

/** Every file of media that a record names, each once, relative to its folder. */
export function mediaPaths({ media }: KinemetricRecord): string[] {
  const paths = media?.clips.flatMap(({ reference, control, generated, tracks, probe, pairs = [] }) => [
    reference,
    control,
    generated,
    tracks,
    probe,
    ...pairs.flatMap((pair) => [pair.control, pair.reference, pair.generated]),
  ])
  return [...new Set(paths?.filter((path) => path !== undefined))].sort()
}
