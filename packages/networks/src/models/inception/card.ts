import type { NetworkCard } from '../../roles/network-card.ts'

const citation =
  'Szegedy et al., Rethinking the Inception Architecture for Computer Vision, CVPR 2016; Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, NeurIPS 2017'

/** The Inception of FID (Heusel et al. 2017): 2,048 pool3 features a frame. Both archives hold the same weights; hashes as public manifests quote them. */
export const inceptionCard: NetworkCard<'features'> = {
  id: 'inception-2015-12-05',
  role: 'features',
  title: 'FID Inception 2015-12-05',
  weights: [
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
      citation,
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
      citation,
    },
  ],
  parts: { network: 'inception-2015-12-05' },
  cost: {
    secondsPerClip: (13 * 1.184) / 8,
    memory: 426,
    measured: '13 frames of 256×384 on one core of machine (a) of bench/README.md, by the rate in bench/networks.md',
  },
  load: async () => (await import('./open.ts')).openAskedInception,
}
