import { z } from 'zod'

/** Frames a second at which a release has its videos; a model of another rate is scored on videos that its authors' encoder made, which nobody else has. */
export const publishedRates = [8, 16, 24, 30] as const
export type PublishedRate = (typeof publishedRates)[number]

const rates = publishedRates.join(', ')

export const physicsIqOptions = z.strictObject({
  fps: z
    .preprocess(
      Number,
      z.literal(publishedRates, { error: ({ input }) => `expected one of ${rates}, found ${String(input)}` }),
    )
    .meta({ value: 'n', description: `which of the release's rates: ${rates}; that of the videos to be scored` }),
  decode: z.enum(['opencv', 'tagged']).default('opencv').meta({
    value: 'how',
    description:
      'colours as the benchmark’s own code reads them (opencv, default) or by the files’ tags: opencv or tagged',
  }),
  descriptions: z.string().optional().meta({
    value: 'file',
    description: 'descriptions.csv (found in, beside or above the release by itself)',
  }),
})

export type PhysicsIqOptions = z.infer<typeof physicsIqOptions>

/** Seconds of a video that are scored. */
export const scoredSeconds = 5

/** The protocol of a rate. */
export function protocolOfRate({ fps }: Pick<PhysicsIqOptions, 'fps'>): string {
  return `physics-iq-${fps}fps`
}
