import type { NetworkCard } from '../../roles/network-card.ts'
import type { WeightEntry } from '../../weights/weight-entry.ts'

// Hashes as public manifests quote them.
const ofCotracker = {
  licence: 'CC-BY-NC-4.0',
  licenceUrl: 'https://github.com/facebookresearch/co-tracker/blob/main/LICENSE.md',
  citation:
    'Karaev et al., CoTracker3: Simpler and Better Point Tracking by Pseudo-Labelling Real Videos, arXiv:2410.11831, 2024',
}

const scaledOffline: WeightEntry = {
  id: 'cotracker3-scaled-offline',
  title: 'CoTracker3 offline, scaled',
  file: 'cotracker3-scaled_offline.pth',
  url: 'https://huggingface.co/facebook/cotracker3/resolve/main/scaled_offline.pth',
  mirrors: [],
  bytes: 101_890_938,
  sha256: '2670d4562ed69326dda775a26e54883925cd11b6fc9b24cb7aa9f8078bce7834',
  ...ofCotracker,
}

const scaledOnline: WeightEntry = {
  id: 'cotracker3-scaled-online',
  title: 'CoTracker3 online, scaled',
  file: 'cotracker3-scaled_online.pth',
  url: 'https://huggingface.co/facebook/cotracker3/resolve/main/scaled_online.pth',
  mirrors: [],
  bytes: 101_695_610,
  sha256: '205d34789f19699d64b22cf93f9b697f15f28d4025240e31532e504109837218',
  ...ofCotracker,
}

const baselineOffline: WeightEntry = {
  id: 'cotracker3-baseline-offline',
  title: 'CoTracker3 offline, baseline (Kubric only)',
  file: 'cotracker3-baseline_offline.pth',
  url: 'https://huggingface.co/facebook/cotracker3/resolve/main/baseline_offline.pth',
  mirrors: [],
  bytes: 101_889_786,
  sha256: 'da09bbac871f7398e5b29c4de5213652658949737bc158840b101678ba8ad1df',
  ...ofCotracker,
}

const baselineOnline: WeightEntry = {
  id: 'cotracker3-baseline-online',
  title: 'CoTracker3 online, baseline (Kubric only)',
  file: 'cotracker3-baseline_online.pth',
  url: 'https://huggingface.co/facebook/cotracker3/resolve/main/baseline_online.pth',
  mirrors: [],
  bytes: 101_694_458,
  sha256: '8b30b2f239de9987323b729d9115cc5163720a07348a97d045095cd9ebdb7b3a',
  ...ofCotracker,
}

/** CoTracker3 (Karaev et al. 2024): two models whose tracks differ. The weights trained on Kubric alone are taken only where they are asked for. */
export const cotracker3Cards: readonly NetworkCard<'tracklets'>[] = [
  {
    id: 'cotracker3-offline',
    role: 'tracklets',
    title: 'CoTracker3 offline',
    weights: [scaledOffline, baselineOffline],
    parts: { network: scaledOffline.id },
    cost: {
      secondsPerClip: 23.6,
      memory: 1039,
      measured: '14 frames of 240×427, 100 points, two cores; bench/trackers.md',
    },
    load: async () => (await import('./open.ts')).cotracker3Opener('offline'),
  },
  {
    id: 'cotracker3-online',
    role: 'tracklets',
    title: 'CoTracker3 online',
    weights: [scaledOnline, baselineOnline],
    parts: { network: scaledOnline.id },
    load: async () => (await import('./open.ts')).cotracker3Opener('online'),
  },
]
