import type { NetworkCard } from '../../roles/network-card.ts'
import type { WeightEntry } from '../../weights/weight-entry.ts'
import type { VjepaId } from './open.ts'

// No hash is published of these files, and none was seen: the first download is pinned. Sizes are those that the files were seen with; a download is held
// against what the server says.

const terms = {
  licence: 'CC BY-NC 4.0 (not for commercial use)',
  licenceUrl: 'https://github.com/facebookresearch/jepa/blob/main/LICENSE',
  citation:
    'Bardes et al., Revisiting Feature Prediction for Learning Visual Representations from Video, Transactions on Machine Learning Research, 2024',
}

function encoder(id: VjepaId, size: string, name: string, bytes: number): WeightEntry {
  return {
    id,
    title: `V-JEPA ${size}`,
    file: `${name}.pth.tar`,
    url: `https://dl.fbaipublicfiles.com/jepa/${name}/${name}.pth.tar`,
    mirrors: [],
    bytes,
    sha256: undefined,
    uses: [['target_encoder.', 'encoder.']],
    ...terms,
  }
}

function probe(id: VjepaId, size: string, name: string, bytes: number): WeightEntry {
  return {
    id: `${id}-ssv2-probe`,
    title: `SSv2 probe of V-JEPA ${size}`,
    file: `${name}-ssv2-probe.pth.tar`,
    url: `https://dl.fbaipublicfiles.com/jepa/${name}/ssv2-probe.pth.tar`,
    mirrors: [],
    bytes,
    sha256: undefined,
    uses: [['classifier.']],
    ...terms,
  }
}

function card(
  id: VjepaId,
  size: string,
  name: string,
  bytes: { encoder: number; probe: number },
): NetworkCard<'features'> {
  const weights = [encoder(id, size, name, bytes.encoder), probe(id, size, name, bytes.probe)]
  return {
    id,
    role: 'features',
    title: `V-JEPA ${size}`,
    weights,
    parts: { encoder: weights[0].id, probe: weights[1].id },
    mainPart: 'encoder',
    wants: (part, { variant }) => part === 'encoder' || variant !== 'pool-mean',
    identify: async () => (await import('./open.ts')).vjepaOf,
    load: async () => (await import('./open.ts')).openAskedVjepa(id),
  }
}

/** V-JEPA (Bardes et al. 2024) with the pooler of its SSv2 probe: rows of 1,280 and 1,024 a clip. */
export const vjepaCards: readonly NetworkCard<'features'>[] = [
  card('vjepa-vith16', 'ViT-H/16', 'vith16', { encoder: 10_400_000_000, probe: 80_000_000 }),
  card('vjepa-vitl16', 'ViT-L/16', 'vitl16', { encoder: 5_140_000_000, probe: 51_000_000 }),
]
