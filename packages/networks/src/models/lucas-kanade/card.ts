import type { NetworkCard } from '../../roles/network-card.ts'

/** Pyramidal Lucas-Kanade (Bouguet 2001) by OpenCV: the tracker that needs no weights. */
export const lucasKanadeCard: NetworkCard<'tracklets'> = {
  id: 'lucas-kanade',
  role: 'tracklets',
  title: 'Pyramidal Lucas-Kanade (OpenCV)',
  weights: [],
  parts: {},
  cost: { secondsPerClip: 0.18, measured: '14 frames of 240×427, 100 points; bench/trackers.md' },
  load: async () => (await import('./open.ts')).openAskedLucasKanade,
}
