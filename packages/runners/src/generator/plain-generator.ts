import type { Frames } from '@kinemetric/video'
import type { GenerateAsk, Generator } from './generator.ts'

/**
 * A generator that opens nothing and draws no noise: its frames [T, H, W, 3] of a clip are all there is to it, the first of them standing for the frame
 * that was given. Only a method that says so makes other frames of another sample. Four clips at a time: while one is drawn, others are read and written.
 */
export function plainGenerator<Given>(
  draw: (condition: Given, ask: Pick<GenerateAsk, 'sample'>) => Promise<Frames & { notes?: readonly string[] }>,
): Generator<Given> {
  return {
    concurrent: 4,
    weights: [],
    generate: async (condition, ask) => {
      const { notes = [], ...frames } = await draw(condition, ask)
      const isInput = Array.from({ length: frames.pixels.shape[0] }, (_, t) => t === 0)
      return { frames, isInput, noise: null, notes }
    },
    close: () => Promise.resolve(),
  }
}
