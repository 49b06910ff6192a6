"""FVD and KVD of clips by their reference codes, from uint8 frames to the number. Argument: a task (see task.py).

The official weights are not needed: the same formula weights are put where each code looks for its file. i3d_torchscript.pt is
made here from hassony2's network (from which the published archive is derived: its class is src.i3dpt_jit.I3D) with the archive's call:
forward(x, rescale, resize, return_features).

The codes that take their matrix root in float32 answer a second time in float64 from the same features ('.../float64'), which
shows how much of a difference is their rounding: 29 clips leave 372 eigenvalues of 400 that should be zero.

Needs torch, scipy, scikit-learn, einops, omegaconf, cd-fvd, and the checkouts.
"""
import importlib
import importlib.metadata
import os
import re
import sys

from stylegan_v import AT, stylegan_v
from task import answer, checkout, forget, read_task, stand_in

import numpy as np
import torch

task = read_task()
sides = {name: np.load(getattr(task, name)) for name in ('generated', 'reference')}
frames = sides['generated'].shape[1]
tensors = torch.load(task.i3d)
device = torch.device('cpu')


def imported(repository, module, *needless):
    """A module of a checkout. Several of them call their packages alike, so that what was there before is forgotten."""
    root = checkout(task, repository)
    stand_in(*needless)
    forget(module.split('.')[0])
    sys.path.insert(0, root)
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(root)


def archive():
    """i3d_torchscript.pt with the formula weights under hassony2's names."""

    class Archive(torch.nn.Module):
        def __init__(self, network):
            super().__init__()
            self.network = network

        def forward(self, x: torch.Tensor, rescale: bool = False, resize: bool = False, return_features: bool = False) -> torch.Tensor:
            x = x.to(torch.float32)
            if rescale:
                x = x / 255 * 2 - 1
            if resize:
                b, c, t, h, w = x.shape
                x = x.permute(0, 2, 1, 3, 4).reshape(b * t, c, h, w)
                x = torch.nn.functional.interpolate(x, size=[224, 224], mode='bilinear', align_corners=False)
                x = x.reshape(b, t, c, 224, 224).permute(0, 2, 1, 3, 4)
            return self.network(x)[1]

    network = imported('kinetics_i3d_pytorch', 'src.i3dpt').I3D(400).eval()
    branches = {'b0': 'branch_0', 'b1a': 'branch_1.0', 'b1b': 'branch_1.1', 'b2a': 'branch_2.0', 'b2b': 'branch_2.1', 'b3b': 'branch_3.1'}
    renamed = {}
    for name, tensor in tensors.items():
        name = name.replace('logits.', 'conv3d_0c_1x1.').replace('.bn.', '.batch3d.')
        name = re.sub(r'\.(b\d[ab]?)\.', lambda match: f'.{branches[match[1]]}.', name)
        renamed[re.sub('^(Conv3d|Mixed)', lambda match: match[0].lower(), name)] = tensor
    network.load_state_dict(renamed)
    path = os.path.join(task.folder, 'i3d_torchscript.pt')
    with torch.no_grad():
        traced = torch.jit.trace(network, torch.zeros(2, 3, frames, 224, 224), check_trace=False)
        torch.jit.script(Archive(traced)).eval().save(path)
    return path


def clip_folders():
    from PIL import Image

    folders = {}
    for name, side in sides.items():
        folders[name] = os.path.join(task.folder, 'fvd-clips', name)
        for c, clip in enumerate(side):
            os.makedirs(os.path.join(folders[name], f'{c:05d}'))
            for t, frame in enumerate(clip):
                Image.fromarray(frame).save(os.path.join(folders[name], f'{c:05d}', f'{t:05d}.png'), compress_level=1)
    return folders


made = {}


def archive_path():
    if 'archive' not in made:
        made['archive'] = archive()
    return made['archive']


answer('fvd/stylegan-v', lambda: stylegan_v(task, 'fvd', clip_folders(), archive_path(), frames), AT)


def common_metrics(method, float64=False):
    path = archive_path()
    code = imported('common_metrics_on_video_quality', 'calculate_fvd')
    module = imported('common_metrics_on_video_quality', f'fvd.{method}.fvd')
    # Its loaders look for the file beside themselves; here it lies with the task.
    if method == 'styleganv':
        module.load_i3d_pretrained = lambda device: torch.jit.load(path).eval()
    else:
        InceptionI3d = importlib.import_module('fvd.videogpt.pytorch_i3d').InceptionI3d
        module.load_i3d_pretrained = lambda device: network_of(InceptionI3d)
    if float64:
        logits = module.get_fvd_logits
        module.get_fvd_logits = lambda *args, **kwargs: logits(*args, **kwargs).double()
    videos = [torch.from_numpy(sides[name]).permute(0, 1, 4, 2, 3).float() / 255 for name in ('generated', 'reference')]
    return code.calculate_fvd(*videos, device, method=method, only_final=True)['value'][0]


def network_of(InceptionI3d):
    network = InceptionI3d(400, in_channels=3).eval()
    network.load_state_dict(tensors)
    return network


CM = 'common_metrics_on_video_quality 5f75173'
answer('fvd/common-metrics-stylegan-v', lambda: common_metrics('styleganv'), CM)
answer('fvd/common-metrics-videogpt', lambda: common_metrics('videogpt'), CM)
answer('fvd/common-metrics-videogpt/float64', lambda: common_metrics('videogpt', float64=True), CM)


def cd_fvd():
    from cdfvd import fvd

    metric = fvd.cdfvd('i3d', n_real='full', n_fake='full', ckpt_path=task.i3d, device='cpu')
    return metric.compute_fvd(real_videos=sides['reference'], fake_videos=sides['generated'])


answer('fvd/cd-fvd', cd_fvd, f"cd-fvd {importlib.metadata.version('cd-fvd')}")


def features(code, InceptionI3d, clips=None):
    network = network_of(InceptionI3d)
    return {name: torch.cat([code.get_fvd_logits(side[i:i + 16], network, device) for i in range(0, len(side[:clips]), 16)])
            for name, side in ((name, side[:clips]) for name, side in sides.items())}


def in_both_precisions(recipe, distance, rows, by):
    answer(recipe, lambda: distance(*[rows()[name].clone() for name in ('generated', 'reference')]), by)
    answer(f'{recipe}/float64', lambda: distance(*[rows()[name].double() for name in ('generated', 'reference')]), by)


def videogpt():
    if 'videogpt' not in made:
        code = imported('VideoGPT', 'videogpt.fvd.fvd', 'pytorch_lightning', 'h5py', 'torchvision.datasets.video_utils', 'skvideo',
                        'skvideo.io', 'gdown')
        from videogpt.fvd.pytorch_i3d import InceptionI3d

        made['videogpt'] = code, features(code, InceptionI3d, clips=16)
    return made['videogpt']


in_both_precisions('fvd/videogpt-16-clips', lambda a, b: videogpt()[0].frechet_distance(a, b), lambda: videogpt()[1], 'VideoGPT 733d2b1')


def lvdm():
    if 'lvdm' not in made:
        code = imported('LVDM', 'scripts.fvd_utils.fvd_utils')
        made['lvdm'] = code, features(code, code.InceptionI3d)
    return made['lvdm']


in_both_precisions('fvd/lvdm', lambda a, b: lvdm()[0].frechet_distance(a, b), lambda: lvdm()[1], 'LVDM d251dcc')
in_both_precisions('kvd/lvdm', lambda a, b: lvdm()[0].polynomial_mmd(a.numpy(), b.numpy()), lambda: lvdm()[1], 'LVDM d251dcc')


def seer():
    if 'seer' not in made:
        code = imported('SeerVideoLDM', 'utils.fvd')
        from utils.models.i3d import InceptionI3d

        made['seer'] = code, features(code, InceptionI3d)
    return made['seer']


def seer_kvd(generated, reference):
    """As its compute_fvd.py calls them: the Frechet distance first, which centres both tensors, then the kernel distance."""
    code = seer()[0]
    code.frechet_distance(generated, reference)
    return code.polynomial_mmd(generated.numpy(), reference.numpy())


in_both_precisions('fvd/videogpt', lambda a, b: seer()[0].frechet_distance(a, b), lambda: seer()[1], 'Seer f403332')
in_both_precisions('kvd/seer-centred', seer_kvd, lambda: seer()[1], 'Seer f403332')


def digan_kvd(generated, reference):
    code = imported(os.path.join('digan', 'src'), 'scripts.compute_fvd_kvd', 'click', 'legacy', 'dnnlib', 'fvd.fvd', 'fvd.download',
                    'training.networks', 'training.dataset', 'fvd')
    return code.polynomial_mmd(generated.numpy(), reference.numpy())


# DIGAN's own features are VideoGPT's code, which is not in its repository; Seer's copy of it made these.
in_both_precisions('kvd/digan', digan_kvd, lambda: seer()[1], 'DIGAN e822320')
