import type { NetworkCard } from '../../roles/network-card.ts'

/** V-JEPA 2 (Assran et al. 2025), fine-tuned probe of SSv2 included: rows of 1,024 a clip. No hash was seen: the first download is pinned. */
export const vjepa2Card: NetworkCard<'features'> = {
  id: 'vjepa2-vitl16',
  role: 'features',
  title: 'V-JEPA 2 ViT-L/16',
  weights: [
    {
      id: 'vjepa2-vitl16-ssv2',
      title: 'V-JEPA 2 ViT-L/16 with its SSv2 probe (transformers)',
      file: 'vjepa2-vitl-fpc16-256-ssv2.safetensors',
      url: 'https://huggingface.co/facebook/vjepa2-vitl-fpc16-256-ssv2/resolve/main/model.safetensors',
      mirrors: [],
      bytes: 1_500_000_000,
      sha256: undefined,
      uses: [['vjepa2.encoder.'], ['pooler.']],
      licence: 'MIT',
      licenceUrl: 'https://huggingface.co/facebook/vjepa2-vitl-fpc16-256-ssv2',
      citation:
        'Assran et al., V-JEPA 2: Self-Supervised Video Models Enable Understanding, Prediction and Planning, arXiv:2506.09985, 2025',
    },
  ],
  parts: { encoder: 'vjepa2-vitl16-ssv2' },
  mainPart: 'encoder',
  load: async () => (await import('./open.ts')).openAskedVjepa2,
}
