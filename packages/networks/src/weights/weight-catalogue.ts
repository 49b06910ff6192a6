/** One file of pretrained weights that a metric needs. Nothing is redistributed: users get it from its own address. */
export interface WeightEntry {
  readonly id: string
  readonly title: string
  /** Name under which `pullWeight` keeps it. A file is recognised by its content, whatever its name. */
  readonly file: string
  readonly url: string
  /** Other addresses of the same bytes. */
  readonly mirrors: readonly string[]
  readonly bytes: number
  /** Of the file, hex. */
  readonly sha256: string
  /** The tensors that the network needs; a file of only these counts as the whole. Absent where it is all of the file's. */
  readonly tensorNames?: readonly string[] | undefined
  /** `digestTensors` of those tensors: recognises them in any container. */
  readonly tensorDigest?: string | undefined
  readonly licence: string
  readonly licenceUrl: string
  readonly citation: string
  /** Metrics that need it. */
  readonly usedBy: readonly string[]
}

const lpipsPaper = 'Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018'
const inceptionPaper =
  'Szegedy et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016; Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, NeurIPS 2017'
const i3dPaper =
  'Carreira and Zisserman, Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset, CVPR 2017'
const cotrackerPaper =
  'Karaev et al., CoTracker3: Simpler and Better Point Tracking by Pseudo-Labelling Real Videos, arXiv:2410.11831, 2024'

const lpipsHeads = {
  licence: 'BSD-2-Clause',
  licenceUrl: 'https://github.com/richzhang/PerceptualSimilarity/blob/master/LICENSE',
  citation: lpipsPaper,
  usedBy: ['lpips'],
}
const torchvision = {
  licence: 'BSD-3-Clause (code); trained on ImageNet, whose terms are for non-commercial research',
  licenceUrl: 'https://github.com/pytorch/vision/blob/main/LICENSE',
  usedBy: ['lpips'],
}
const cotracker = {
  licence: 'CC-BY-NC-4.0',
  licenceUrl: 'https://github.com/facebookresearch/co-tracker/blob/main/LICENSE.md',
  citation: cotrackerPaper,
  usedBy: ['motion-fidelity', 'epe', 'delta'],
}

/**
 * Every file of weights that kinemetric knows. The LPIPS heads' hashes were computed from the files; those of the other
 * files are quoted from public manifests, most of them from two or more independent ones (the name of torchvision's
 * and pytorch-fid's files holds the beginning of their hash; that of i3d_pretrained_400.pt is from the Git LFS pointer
 * of its address). The tensor digests were computed from the LPIPS heads and from feature-only copies of torchvision's
 * AlexNet and SqueezeNet 1.1 that reproduce LPIPS's published distances.
 */
export const weightCatalogue: readonly WeightEntry[] = [
  {
    id: 'lpips-alex',
    title: 'LPIPS v0.1 linear heads for AlexNet',
    file: 'lpips-v0.1-alex.pth',
    url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/alex.pth',
    mirrors: [],
    bytes: 6_009,
    sha256: 'df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0',
    tensorNames: heads(5),
    tensorDigest: 'd1c575815925fe72016f8123cdf8fd43ee0477d5eb0efa200657bf309fbfa263',
    ...lpipsHeads,
  },
  {
    id: 'lpips-vgg',
    title: 'LPIPS v0.1 linear heads for VGG16',
    file: 'lpips-v0.1-vgg.pth',
    url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/vgg.pth',
    mirrors: ['https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-vgg16-lpips.pth'],
    bytes: 7_289,
    sha256: 'a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868',
    tensorNames: heads(5),
    tensorDigest: '0088a19106a91d87420a433467705129fdff46547f287cbe47354296c94a698e',
    ...lpipsHeads,
  },
  {
    id: 'lpips-squeeze',
    title: 'LPIPS v0.1 linear heads for SqueezeNet 1.1',
    file: 'lpips-v0.1-squeeze.pth',
    url: 'https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights/v0.1/squeeze.pth',
    mirrors: [],
    bytes: 10_811,
    sha256: '4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76',
    tensorNames: heads(7),
    tensorDigest: '108d8a0155cc3d207367a34529d11f1cb862bc7a2eb538d48bc6747778a1efb7',
    ...lpipsHeads,
  },
  {
    id: 'alexnet',
    title: 'AlexNet (torchvision, ImageNet)',
    file: 'alexnet-owt-7be5be79.pth',
    url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
    mirrors: [],
    bytes: 244_408_911,
    sha256: '7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02',
    tensorNames: convolutions([0, 3, 6, 8, 10]),
    tensorDigest: 'fc004171b7c307382248bc6aa0d77213ae7ce4afdd37d4fdea2e8924b22191f2',
    citation: 'Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997, 2014',
    ...torchvision,
  },
  {
    id: 'vgg16',
    title: 'VGG16 (torchvision, ImageNet)',
    file: 'vgg16-397923af.pth',
    url: 'https://download.pytorch.org/models/vgg16-397923af.pth',
    mirrors: [],
    bytes: 553_433_881,
    sha256: '397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0',
    tensorNames: convolutions([0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
    citation: 'Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015',
    ...torchvision,
  },
  {
    id: 'squeezenet1_1',
    title: 'SqueezeNet 1.1 (torchvision, ImageNet)',
    file: 'squeezenet1_1-b8a52dc0.pth',
    url: 'https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth',
    mirrors: [],
    bytes: 4_958_839,
    sha256: 'b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b',
    tensorNames: [...convolutions([0]), ...[3, 4, 6, 7, 9, 10, 11, 12].flatMap(fire)],
    tensorDigest: '4a6396073412112fd08f4404529466f07bfe2c71e163b4cb8491d37503f21bce',
    citation:
      'Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size, arXiv:1602.07360, 2016',
    ...torchvision,
  },
  {
    id: 'inception-2015-12-05',
    title: 'FID Inception 2015-12-05 (pytorch-fid, torch-fidelity)',
    file: 'pt_inception-2015-12-05-6726825d.pth',
    url: 'https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth',
    mirrors: [
      'https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth',
    ],
    bytes: 95_628_359,
    sha256: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
    licence: 'Apache-2.0',
    licenceUrl: 'https://github.com/mseitzer/pytorch-fid/blob/master/LICENSE',
    citation: inceptionPaper,
    usedBy: ['fid', 'kid'],
  },
  {
    id: 'inception-2015-12-05-torchscript',
    title: 'FID Inception 2015-12-05 (NVIDIA, TorchScript)',
    file: 'inception-2015-12-05.pt',
    url: 'https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/metrics/inception-2015-12-05.pt',
    mirrors: [],
    bytes: 95_607_719,
    sha256: 'f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4',
    licence: 'NVIDIA Source Code License (the archive); Apache-2.0 (the weights, from TensorFlow)',
    licenceUrl: 'https://github.com/NVlabs/stylegan2-ada-pytorch/blob/main/LICENSE.txt',
    citation: inceptionPaper,
    usedBy: ['fid', 'kid'],
  },
  {
    id: 'i3d-torchscript',
    title: 'I3D Kinetics-400 (StyleGAN-V, TorchScript)',
    file: 'i3d_torchscript.pt',
    url: 'https://www.dropbox.com/s/ge9e5ujwgetktms/i3d_torchscript.pt?dl=1',
    mirrors: ['https://huggingface.co/flateon/FVD-I3D-torchscript/resolve/main/i3d_torchscript.pt'],
    bytes: 51_235_320,
    sha256: 'bec6519f66ea534e953026b4ae2c65553c17bf105611c746d904657e5860a5e2',
    licence: 'not stated by its authors; the weights are those of DeepMind (Apache-2.0)',
    licenceUrl: 'https://github.com/universome/stylegan-v',
    citation: `${i3dPaper}; Skorokhodov et al., StyleGAN-V, CVPR 2022`,
    usedBy: ['fvd', 'kvd'],
  },
  {
    id: 'i3d-pretrained-400',
    title: 'I3D Kinetics-400 (VideoGPT)',
    file: 'i3d_pretrained_400.pt',
    url: 'https://huggingface.co/spaces/LanguageBind/Open-Sora-Plan-v1.0.0/resolve/main/opensora/eval/fvd/videogpt/i3d_pretrained_400.pt',
    mirrors: [],
    bytes: 50_939_526,
    sha256: '55095f049e706479d48e221adcdb145b2b9dc930ba28b081ed72367ffaa32343',
    licence: 'Apache-2.0',
    licenceUrl: 'https://github.com/google-deepmind/kinetics-i3d/blob/master/LICENSE',
    citation: `${i3dPaper}; Yan et al., VideoGPT, arXiv:2104.10157, 2021`,
    usedBy: ['fvd', 'kvd'],
  },
  {
    id: 'cotracker3-scaled-offline',
    title: 'CoTracker3 offline, scaled',
    file: 'cotracker3-scaled_offline.pth',
    url: 'https://huggingface.co/facebook/cotracker3/resolve/main/scaled_offline.pth',
    mirrors: [],
    bytes: 101_890_938,
    sha256: '2670d4562ed69326dda775a26e54883925cd11b6fc9b24cb7aa9f8078bce7834',
    ...cotracker,
  },
  {
    id: 'cotracker3-scaled-online',
    title: 'CoTracker3 online, scaled',
    file: 'cotracker3-scaled_online.pth',
    url: 'https://huggingface.co/facebook/cotracker3/resolve/main/scaled_online.pth',
    mirrors: [],
    bytes: 101_695_610,
    sha256: '205d34789f19699d64b22cf93f9b697f15f28d4025240e31532e504109837218',
    ...cotracker,
  },
  {
    id: 'cotracker3-baseline-offline',
    title: 'CoTracker3 offline, baseline (Kubric only)',
    file: 'cotracker3-baseline_offline.pth',
    url: 'https://huggingface.co/facebook/cotracker3/resolve/main/baseline_offline.pth',
    mirrors: [],
    bytes: 101_889_786,
    sha256: 'da09bbac871f7398e5b29c4de5213652658949737bc158840b101678ba8ad1df',
    ...cotracker,
  },
  {
    id: 'cotracker3-baseline-online',
    title: 'CoTracker3 online, baseline (Kubric only)',
    file: 'cotracker3-baseline_online.pth',
    url: 'https://huggingface.co/facebook/cotracker3/resolve/main/baseline_online.pth',
    mirrors: [],
    bytes: 101_694_458,
    sha256: '8b30b2f239de9987323b729d9115cc5163720a07348a97d045095cd9ebdb7b3a',
    ...cotracker,
  },
]

/** LPIPS's names of its linear heads. */
function heads(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `lin${index}.model.1.weight`)
}

/** torchvision's names of the convolutions at these indices of `features`. */
function convolutions(indices: readonly number[]): string[] {
  return indices.flatMap((index) => [`features.${index}.weight`, `features.${index}.bias`])
}

/** torchvision's names of a Fire module's tensors. */
function fire(index: number): string[] {
  return ['squeeze', 'expand1x1', 'expand3x3'].flatMap((part) => [
    `features.${index}.${part}.weight`,
    `features.${index}.${part}.bias`,
  ])
}
