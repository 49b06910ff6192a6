"""FID and KID of frames by their own libraries, from PNG folders to the number. Argument: a task (see task.py).

The official weights are not needed: formula weights are put where each library looks for its file. pytorch-fid and
torch-fidelity read the same .pth; clean-fid and StyleGAN call a TorchScript archive, which is made here from pytorch-fid's
network with the call and the resize of NVIDIA's (affine_grid and grid_sample, then (x - 128) / 128).

Needs torch with torchvision, torch-fidelity, pytorch-fid, clean-fid, torchmetrics, scikit-learn; for StyleGAN-V a checkout and
omegaconf; for torchmetrics before 1.8 a folder `torchmetrics-1.7` among the checkouts (pip install --target).
"""
import importlib.metadata
import os
import shutil
import sys

from stylegan_v import AT, stylegan_v
from task import answer, checkout, forget, read_task, stand_in

task = read_task()
os.environ['TORCH_HOME'] = os.path.join(task.folder, 'torch')
os.environ['DNNLIB_CACHE_DIR'] = os.path.join(task.folder, 'dnnlib')

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

sides = {name: np.load(getattr(task, name)) for name in ('generated', 'reference')}
frames = {name: side.reshape(-1, *side.shape[2:]) for name, side in sides.items()}
count = min(len(side) for side in frames.values())
png = {name: os.path.join(task.folder, 'png', name) for name in frames}
clips = {name: os.path.join(task.folder, 'clips', name) for name in frames}
for name, side in sides.items():
    os.makedirs(png[name])
    for c, clip in enumerate(side):
        os.makedirs(os.path.join(clips[name], f'{c:05d}'))
        for t, frame in enumerate(clip):
            path = os.path.join(clips[name], f'{c:05d}', f'{t:05d}.png')
            Image.fromarray(frame).save(path, compress_level=1)
            os.link(path, os.path.join(png[name], f'{c:05d}-{t:05d}.png'))

hub = os.path.join(task.folder, 'torch', 'hub', 'checkpoints')
os.makedirs(hub)
shutil.copy(task.inception, os.path.join(hub, 'pt_inception-2015-12-05-6726825d.pth'))


class Layers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        from pytorch_fid.inception import InceptionV3

        self.blocks = InceptionV3([3], resize_input=False, normalize_input=False).blocks

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Archive(torch.nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, img: torch.Tensor, return_features: bool = False) -> torch.Tensor:
        x = img.to(torch.float32)
        n, c, height, width = x.shape
        theta = torch.eye(2, 3)
        theta[0, 2] += theta[0, 0] / width - theta[0, 0] / 299
        theta[1, 2] += theta[1, 1] / height - theta[1, 1] / 299
        grid = torch.nn.functional.affine_grid(theta.unsqueeze(0).repeat([n, 1, 1]), [n, c, 299, 299], align_corners=False)
        x = torch.nn.functional.grid_sample(x, grid, mode='bilinear', padding_mode='border', align_corners=False)
        return self.layers((x - 128) / 128).reshape(-1, 2048)


archive = os.path.join(task.folder, 'inception-2015-12-05.pt')
with torch.no_grad():
    traced = torch.jit.trace(Layers().eval(), torch.zeros(2, 3, 299, 299), check_trace=False)
    torch.jit.script(Archive(traced)).eval().save(archive)


def version(package):
    return f'{package} {importlib.metadata.version(package)}'


def fidelity(metric):
    import torch_fidelity

    results = torch_fidelity.calculate_metrics(
        input1=png['generated'], input2=png['reference'], cuda=False, fid=metric == 'frechet_inception_distance',
        kid=metric != 'frechet_inception_distance', kid_subset_size=task.subset, feature_extractor_weights_path=task.inception,
        cache=False, verbose=False, batch_size=16)
    return results[metric]


answer('fid/torch-fidelity', lambda: fidelity('frechet_inception_distance'), version('torch_fidelity'))
answer('kid/torch-fidelity', lambda: fidelity('kernel_inception_distance_mean'), version('torch_fidelity'))


def pytorch_fid():
    from pytorch_fid.fid_score import calculate_fid_given_paths

    return calculate_fid_given_paths([png['generated'], png['reference']], 16, 'cpu', 2048, num_workers=1)


answer('fid/pytorch-fid', pytorch_fid, version('pytorch-fid'))


def clean_fid(metric, mode):
    import cleanfid.features
    from cleanfid import fid

    class Here(cleanfid.features.InceptionV3W):
        def __init__(self, path, download=True, resize_inside=False):
            super().__init__(task.folder, download=False, resize_inside=resize_inside)

    cleanfid.features.InceptionV3W, kept = Here, cleanfid.features.InceptionV3W
    try:
        compute = fid.compute_fid if metric == 'fid' else fid.compute_kid
        return compute(png['generated'], png['reference'], mode=mode, device=torch.device('cpu'), use_dataparallel=False,
                       num_workers=1, batch_size=16, verbose=False)
    finally:
        cleanfid.features.InceptionV3W = kept


answer('fid/clean-fid', lambda: clean_fid('fid', 'clean'), version('clean-fid'))
answer('kid/clean-fid', lambda: clean_fid('kid', 'clean'), version('clean-fid'))
answer('fid/clean-fid-legacy-pytorch', lambda: clean_fid('fid', 'legacy_pytorch'), version('clean-fid'))
answer('fid/clean-fid-legacy-tensorflow', lambda: clean_fid('fid', 'legacy_tensorflow'), version('clean-fid'))


def torchmetrics(metric):
    from torchmetrics.image.fid import FrechetInceptionDistance, NoTrainInceptionV3
    from torchmetrics.image.kid import KernelInceptionDistance

    if metric == 'fid':
        distance = FrechetInceptionDistance(feature=2048, feature_extractor_weights_path=task.inception)
    else:
        # The network that it makes itself from a number of features, with the weights' path that it has no argument for. One
        # subset of all frames: what the unseeded subsets of fewer have as their expectation.
        network = NoTrainInceptionV3('inception-v3-compat', ['2048'], feature_extractor_weights_path=task.inception)
        distance = KernelInceptionDistance(feature=network, subsets=1, subset_size=count)
    with torch.no_grad():
        for name, side in frames.items():
            for start in range(0, len(side), 16):
                batch = torch.from_numpy(side[start:start + 16]).permute(0, 3, 1, 2)
                distance.update(batch, real=name == 'reference')
    value = distance.compute()
    return value if metric == 'fid' else value[0]


answer('fid/torchmetrics-1.8', lambda: torchmetrics('fid'), version('torchmetrics'))
answer('kid/torchmetrics', lambda: torchmetrics('kid'), version('torchmetrics'))


def old_torchmetrics(metric):
    path = checkout(task, 'torchmetrics-1.7')
    if path not in sys.path:
        forget('torchmetrics')
        sys.path.insert(0, path)
    return torchmetrics(metric)


answer('fid/torchmetrics-1.7', lambda: old_torchmetrics('fid'), 'torchmetrics 1.7')
answer('kid/torchmetrics-1.7', lambda: old_torchmetrics('kid'), 'torchmetrics 1.7')
answer('fid/stylegan', lambda: stylegan_v(task, 'fid', clips, archive), AT)
answer('kid/stylegan-v', lambda: stylegan_v(task, 'kid', clips, archive), AT)


def mmd_gan():
    sys.path.insert(0, checkout(task, os.path.join('MMD-GAN', 'gan')))
    stand_in('tensorflow')
    import compute_scores

    # Its polynomial_mmd_averages on features, in subsets of all frames; the frames' features are torch-fidelity's.
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    network = FeatureExtractorInceptionV3('inception', ['2048'], feature_extractor_weights_path=task.inception).eval()
    with torch.no_grad():
        rows = {name: torch.cat([network(torch.from_numpy(side[i:i + 16]).permute(0, 3, 1, 2))[0]
                                 for i in range(0, len(side), 16)]).numpy() for name, side in frames.items()}
    mmds = compute_scores.polynomial_mmd_averages(rows['generated'], rows['reference'], n_subsets=2, subset_size=count, ret_var=False)
    return np.mean(mmds)


answer('kid/mmd-gan', mmd_gan, 'MMD-GAN 678bb5e')
