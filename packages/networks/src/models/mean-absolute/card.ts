import type { NetworkCard } from '../../roles/network-card.ts'

/** The mean absolute difference of two frames' samples as a graph without weights: what a learned distance has to beat. */
export const meanAbsoluteCard: NetworkCard<'distance'> = {
  id: 'mean-absolute',
  role: 'distance',
  title: 'Mean absolute difference',
  weights: [],
  parts: {},
  load: async () => (await import('./open.ts')).openMeanAbsolute,
}
