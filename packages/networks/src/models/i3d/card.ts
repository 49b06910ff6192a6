import type { NetworkCard } from '../../roles/network-card.ts'

const paper = 'Carreira and Zisserman, Quo Vadis, Action Recognition? A New Model and the Kinetics Dataset, CVPR 2017'

/**
 * I3D of Kinetics-400 (Carreira and Zisserman 2017): 400 logits a clip. Hashes as public manifests quote them; that of i3d_pretrained_400.pt is from
 * the Git LFS pointer of its address.
 */
export const i3dCard: NetworkCard<'features'> = {
  id: 'i3d-kinetics-400',
  role: 'features',
  title: 'I3D Kinetics-400',
  weights: [
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
      citation: `${paper}; Skorokhodov et al., StyleGAN-V, CVPR 2022`,
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
      citation: `${paper}; Yan et al., VideoGPT, arXiv:2104.10157, 2021`,
    },
  ],
  parts: { network: 'i3d-torchscript' },
  cost: {
    secondsPerClip: 0.677,
    memory: 592,
    measured: '13 frames of 256×384 on one core of machine (a) of bench/README.md; bench/networks.md',
  },
  load: async () => (await import('./open.ts')).openAskedI3d,
}
