import type { NetworkCard } from '../../roles/network-card.ts'
import type { WeightEntry } from '../../weights/weight-entry.ts'

// The repository states neither sizes nor hashes; these are quoted from public manifests, of which several agree.

interface Published {
  readonly version: '2.0' | '2.1'
  readonly variant: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

const published: readonly Published[] = [
  {
    version: '2.1',
    variant: 'large',
    file: 'sam2.1_hiera_large.pt',
    bytes: 898_083_611,
    sha256: '2647878d5dfa5098f2f8649825738a9345572bae2d4350a2468587ece47dd318',
  },
  {
    version: '2.1',
    variant: 'base-plus',
    file: 'sam2.1_hiera_base_plus.pt',
    bytes: 323_606_802,
    sha256: 'a2345aede8715ab1d5d31b4a509fb160c5a4af1970f199d9054ccfb746c004c5',
  },
  {
    version: '2.1',
    variant: 'small',
    file: 'sam2.1_hiera_small.pt',
    bytes: 184_416_285,
    sha256: '6d1aa6f30de5c92224f8172114de081d104bbd23dd9dc5c58996f0cad5dc4d38',
  },
  {
    version: '2.1',
    variant: 'tiny',
    file: 'sam2.1_hiera_tiny.pt',
    bytes: 156_008_466,
    sha256: '7402e0d864fa82708a20fbd15bc84245c2f26dff0eb43a4b5b93452deb34be69',
  },
  {
    version: '2.0',
    variant: 'large',
    file: 'sam2_hiera_large.pt',
    bytes: 897_952_466,
    sha256: '7442e4e9b732a508f80e141e7c2913437a3610ee0c77381a66658c3a445df87b',
  },
  {
    version: '2.0',
    variant: 'base-plus',
    file: 'sam2_hiera_base_plus.pt',
    bytes: 323_493_298,
    sha256: 'd0bb7f236400a49669ffdd1be617959a8b1d1065081789d7bbff88eded3a8071',
  },
  {
    version: '2.0',
    variant: 'small',
    file: 'sam2_hiera_small.pt',
    bytes: 184_309_650,
    sha256: '95949964d4e548409021d47b22712d5f1abf2564cc0c3c765ba599a24ac7dce3',
  },
  {
    version: '2.0',
    variant: 'tiny',
    file: 'sam2_hiera_tiny.pt',
    bytes: 155_906_050,
    sha256: '65b50056e05bcb13694174f51bb6da89c894b57b75ccdf0ba6352c597c5d1125',
  },
]

const releases = { '2.1': '092824', '2.0': '072824' } as const

function cardOf({ version, variant, file, bytes, sha256 }: Published): NetworkCard<'masks'> {
  const id = `sam${version === '2.1' ? '2.1' : '2'}-${variant}`
  const title = `SAM ${version === '2.1' ? '2.1' : '2'} ${variant}`
  const weights: WeightEntry = {
    id,
    title,
    file,
    url: `https://dl.fbaipublicfiles.com/segment_anything_2/${releases[version]}/${file}`,
    mirrors: [`https://huggingface.co/facebook/${id.replace('-', '-hiera-')}/resolve/main/${file}`],
    bytes,
    sha256,
    licence: 'Apache-2.0',
    licenceUrl: 'https://github.com/facebookresearch/sam2/blob/main/LICENSE',
    citation: 'Ravi et al., SAM 2: Segment Anything in Images and Videos, 2024',
  }
  return {
    id,
    role: 'masks',
    title,
    weights: [weights],
    parts: { network: id },
    load: async () => (await import('./open.ts')).sam2Opener(id),
  }
}

/** Segment Anything 2 and 2.1 (Ravi et al. 2024), the largest first. */
export const sam2Cards: readonly NetworkCard<'masks'>[] = published.map(cardOf)
