import type { MeasuredCost, NetworkCard } from '../../roles/network-card.ts'
import type { WeightEntry } from '../../weights/weight-entry.ts'
import type { Dinov2Id } from './open.ts'

// No size or hash is stated where the files are published; these are quoted from public mirrors, of which several agree for DINOv2.

interface PublishedDinov2 {
  readonly id: Dinov2Id
  readonly size: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly cost?: MeasuredCost
}

const measured = '13 frames of 240×427 on one core; bench/vision-transformers.md'

const published: readonly PublishedDinov2[] = [
  {
    id: 'dinov2-vits14',
    size: 'ViT-S/14',
    name: 'dinov2_vits14',
    bytes: 88_283_115,
    sha256: 'b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9',
    cost: { secondsPerClip: 2.4, memory: 343, measured },
  },
  {
    id: 'dinov2-vitb14',
    size: 'ViT-B/14',
    name: 'dinov2_vitb14',
    bytes: 346_378_731,
    sha256: '0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73',
    cost: { secondsPerClip: 8.9, memory: 639, measured },
  },
  {
    id: 'dinov2-vitl14',
    size: 'ViT-L/14',
    name: 'dinov2_vitl14',
    bytes: 1_217_586_395,
    sha256: 'd5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428',
    cost: { secondsPerClip: 31, memory: 1483, measured },
  },
]

/** DINOv2 (Oquab et al. 2023) without registers in three sizes: rows of 384, 768 and 1,024 a frame. */
export const dinov2Cards: readonly NetworkCard<'features'>[] = published.map(
  ({ id, size, name, bytes, sha256, cost }) => ({
    id,
    role: 'features',
    title: `DINOv2 ${size}`,
    weights: [
      {
        id,
        title: `DINOv2 ${size}`,
        file: `${name}_pretrain.pth`,
        url: `https://dl.fbaipublicfiles.com/dinov2/${name}/${name}_pretrain.pth`,
        mirrors: [],
        bytes,
        sha256,
        licence: 'Apache-2.0',
        licenceUrl: 'https://github.com/facebookresearch/dinov2/blob/main/LICENSE',
        citation:
          'Oquab et al., DINOv2: Learning Robust Visual Features without Supervision, Transactions on Machine Learning Research, 2024',
      },
    ],
    parts: { network: id },
    cost,
    identify: async () => (await import('./open.ts')).dinov2Of,
    load: async () => (await import('./open.ts')).openAskedDinov2(id),
  }),
)

const dinoWeights: WeightEntry = {
  id: 'dino-vitb16',
  title: 'DINO ViT-B/16',
  file: 'dino_vitbase16_pretrain.pth',
  url: 'https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth',
  mirrors: [],
  bytes: 343_242_485,
  sha256: 'bf34ad0f424b9029b593e8dc3ed553bf26e88bcba0d32bf3e62a6209cb64c85e',
  licence: 'Apache-2.0',
  licenceUrl: 'https://github.com/facebookresearch/dino/blob/main/LICENSE',
  citation: 'Caron et al., Emerging Properties in Self-Supervised Vision Transformers, ICCV 2021',
}

/** DINO (Caron et al. 2021): rows of 768 a frame, by which VBench tells whether a subject stays the same. */
export const dinoCard: NetworkCard<'features'> = {
  id: 'dino-vitb16',
  role: 'features',
  title: 'DINO ViT-B/16',
  weights: [dinoWeights],
  parts: { network: 'dino-vitb16' },
  cost: { secondsPerClip: 11.5, memory: 647, measured },
  load: async () => (await import('./open.ts')).openAskedDino,
}
