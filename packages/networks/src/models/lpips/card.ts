import type { NetworkCard } from '../../roles/network-card.ts'
import type { WeightEntry } from '../../weights/weight-entry.ts'
import { lpipsId, type LpipsNet, lpipsSmallestSide, type LpipsVersion } from './layers.ts'
import { lpipsBackboneTensors, lpipsHeadTensors } from './tensors.ts'

// The hashes of the heads were computed from the files; those of torchvision's are quoted from public manifests (the names of its files hold the
// beginning of their hash). The tensor digests were computed from the heads and from feature-only copies of AlexNet and SqueezeNet 1.1 that reproduce
// LPIPS's published distances.

const ofHeads = {
  licence: 'BSD-2-Clause',
  licenceUrl: 'https://github.com/richzhang/PerceptualSimilarity/blob/master/LICENSE',
  citation: 'Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018',
}
const ofTorchvision = {
  licence: 'BSD-3-Clause (code); trained on ImageNet, whose terms are for non-commercial research',
  licenceUrl: 'https://github.com/pytorch/vision/blob/main/LICENSE',
}

const alexHeads: WeightEntry = {
  id: 'lpips-alex',
  title: 'LPIPS v0.1 linear heads for AlexNet',
  file: 'lpips-v0.1-alex.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/alex.pth',
  mirrors: [],
  bytes: 6_009,
  sha256: 'df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0',
  tensorNames: Object.keys(lpipsHeadTensors('alex')),
  tensorDigest: 'd1c575815925fe72016f8123cdf8fd43ee0477d5eb0efa200657bf309fbfa263',
  ...ofHeads,
}

const vggHeads: WeightEntry = {
  id: 'lpips-vgg',
  title: 'LPIPS v0.1 linear heads for VGG16',
  file: 'lpips-v0.1-vgg.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/vgg.pth',
  mirrors: ['https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-vgg16-lpips.pth'],
  bytes: 7_289,
  sha256: 'a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868',
  tensorNames: Object.keys(lpipsHeadTensors('vgg')),
  tensorDigest: '0088a19106a91d87420a433467705129fdff46547f287cbe47354296c94a698e',
  ...ofHeads,
}

const squeezeHeads: WeightEntry = {
  id: 'lpips-squeeze',
  title: 'LPIPS v0.1 linear heads for SqueezeNet 1.1',
  file: 'lpips-v0.1-squeeze.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/squeeze.pth',
  mirrors: [],
  bytes: 10_811,
  sha256: '4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76',
  tensorNames: Object.keys(lpipsHeadTensors('squeeze')),
  tensorDigest: '108d8a0155cc3d207367a34529d11f1cb862bc7a2eb538d48bc6747778a1efb7',
  ...ofHeads,
}

const alexFirstHeads: WeightEntry = {
  id: 'lpips-v0.0-alex',
  title: 'LPIPS v0.0 linear heads for AlexNet',
  file: 'lpips-v0.0-alex.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.0/alex.pth',
  mirrors: [],
  bytes: 5_455,
  sha256: '18720f55913d0af89042f13faa7e536a6ce1444a0914e6db9461355ece1e8cd5',
  tensorNames: Object.keys(lpipsHeadTensors('alex')),
  tensorDigest: '117d7a23a1eee4bd24e3cc5df3291cd3149152aae599e5958312f62dcdaed216',
  ...ofHeads,
}

const vggFirstHeads: WeightEntry = {
  id: 'lpips-v0.0-vgg',
  title: 'LPIPS v0.0 linear heads for VGG16',
  file: 'lpips-v0.0-vgg.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.0/vgg.pth',
  mirrors: [],
  bytes: 6_735,
  sha256: 'b9e4236260c3dd988fc79d2a48d645d885afcbb21f9fd595e6744cf7419b582c',
  tensorNames: Object.keys(lpipsHeadTensors('vgg')),
  tensorDigest: '2a42448bbcb443c5ca8983692cd4228d75d3910f63a8953e2af67f47e241d8aa',
  ...ofHeads,
}

const squeezeFirstHeads: WeightEntry = {
  id: 'lpips-v0.0-squeeze',
  title: 'LPIPS v0.0 linear heads for SqueezeNet 1.1',
  file: 'lpips-v0.0-squeeze.pth',
  url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.0/squeeze.pth',
  mirrors: [],
  bytes: 10_057,
  sha256: 'c27abd3a0145541baa50990817df58d3759c3f8154949f42af3b59b4e042d0bf',
  tensorNames: Object.keys(lpipsHeadTensors('squeeze')),
  tensorDigest: '98141eb347e710aef948f52aa9c6b1b7b862a8aefe2d4d9f7fd30bee31cb5f43',
  ...ofHeads,
}

const alexnet: WeightEntry = {
  id: 'alexnet',
  title: 'AlexNet (torchvision, ImageNet)',
  file: 'alexnet-owt-7be5be79.pth',
  url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
  mirrors: [],
  bytes: 244_408_911,
  sha256: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
  tensorNames: Object.keys(lpipsBackboneTensors('alex')),
  tensorDigest: 'fc004171b7c307382248bc6aa0d77213ae7ce4afdd37d4fdea2e8924b22191f2',
  citation: 'Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997, 2014',
  ...ofTorchvision,
}

const vgg16: WeightEntry = {
  id: 'vgg16',
  title: 'VGG16 (torchvision, ImageNet)',
  file: 'vgg16-397923af.pth',
  url: 'https://download.pytorch.org/models/vgg16-397923af.pth',
  mirrors: [],
  bytes: 553_433_881,
  sha256: '397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0',
  tensorNames: Object.keys(lpipsBackboneTensors('vgg')),
  citation: 'Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015',
  ...ofTorchvision,
}

const squeezenet: WeightEntry = {
  id: 'squeezenet1_1',
  title: 'SqueezeNet 1.1 (torchvision, ImageNet)',
  file: 'squeezenet1_1-b8a52dc0.pth',
  url: 'https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth',
  mirrors: [],
  bytes: 4_958_839,
  sha256: 'b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b',
  tensorNames: Object.keys(lpipsBackboneTensors('squeeze')),
  tensorDigest: '4a6396073412112fd08f4404529466f07bfe2c71e163b4cb8491d37503f21bce',
  citation:
    'Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size, arXiv:1602.07360, 2016',
  ...ofTorchvision,
}

/** Processor seconds of a pair of frames of 256×384. */
const secondsPerPair: Readonly<Record<LpipsNet, number>> = { alex: 0.507 / 8, vgg: 3.107 / 2, squeeze: 0.381 / 8 }
/** Peak memory of scoring 29 clips, MiB, where it was measured. */
const memory: Readonly<Partial<Record<LpipsNet, number>>> = { alex: 626 }

const lpips = (
  net: LpipsNet,
  title: string,
  { heads, backbone }: { heads: WeightEntry; backbone: WeightEntry },
  version: LpipsVersion = '0.1',
): NetworkCard<'distance'> => ({
  id: lpipsId(net, version),
  role: 'distance',
  title: `LPIPS v${version}, ${title}`,
  weights: [heads, backbone],
  parts: { backbone: backbone.id, heads: heads.id },
  smallestSize: lpipsSmallestSide[net],
  cost: {
    secondsPerClip: 13 * secondsPerPair[net],
    memory: memory[net],
    measured: '13 frames of 256×384 on one core of machine (a) of bench/README.md, by the rate in bench/networks.md',
  },
  load: async () => (await import('./open.ts')).lpipsOpener(net, version),
})

/** LPIPS (Zhang et al. 2018), a network a backbone, of v0.1 and of the first release. */
export const lpipsCards: readonly NetworkCard<'distance'>[] = [
  lpips('alex', 'AlexNet', { heads: alexHeads, backbone: alexnet }),
  lpips('vgg', 'VGG16', { heads: vggHeads, backbone: vgg16 }),
  lpips('squeeze', 'SqueezeNet 1.1', { heads: squeezeHeads, backbone: squeezenet }),
  lpips('alex', 'AlexNet', { heads: alexFirstHeads, backbone: alexnet }, '0.0'),
  lpips('vgg', 'VGG16', { heads: vggFirstHeads, backbone: vgg16 }, '0.0'),
  lpips('squeeze', 'SqueezeNet 1.1', { heads: squeezeFirstHeads, backbone: squeezenet }, '0.0'),
]
