import type { NetworkCard } from '../../roles/network-card.ts'

const sha256 = '40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af'

/** The image tower of CLIP ViT-B/32 (Radford et al. 2021): rows of 512 a frame, by which VBench tells whether a background stays the same. Its address has its hash, its size is quoted from public manifests. */
export const clipCard: NetworkCard<'features'> = {
  id: 'clip-vitb32',
  role: 'features',
  title: 'CLIP ViT-B/32, image tower',
  weights: [
    {
      id: 'clip-vitb32',
      title: 'CLIP ViT-B/32 (OpenAI, TorchScript)',
      file: 'ViT-B-32.pt',
      url: `https://openaipublic.azureedge.net/clip/models/${sha256}/ViT-B-32.pt`,
      mirrors: [],
      bytes: 353_976_522,
      sha256,
      licence: 'MIT',
      licenceUrl: 'https://github.com/openai/CLIP/blob/main/LICENSE',
      citation: 'Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021',
    },
  ],
  parts: { network: 'clip-vitb32' },
  cost: {
    secondsPerClip: 1.7,
    memory: 625,
    measured: '13 frames of 240×427 on one core; bench/vision-transformers.md',
  },
  load: async () => (await import('./features.ts')).openAskedClip,
}
