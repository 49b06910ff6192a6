"""FID and FVD of frames by the libraries themselves, end to end, with the networks' weights from a file: their resize, network
and distance. Prints JSON { recipe: value } and the versions.

  python recipes_end_to_end.py generated.npy reference.npy inception.pth i3d.pth     # uint8 [clips, frames, H, W, 3]

pytorch-fid takes its network from torchvision and clean-fid runs NVIDIA's TorchScript archive; neither is to be had beside the
CPU build of torch without downloads. For these two the resize, the normalisation and the distance are the libraries' own (or, for
pytorch-fid's one line of resize, the same call), and the network is torch-fidelity's, which is the same one. FID takes every sixth frame.
"""
import importlib.metadata, json, sys, types, warnings

class Anything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return type(name, (), {})

stubs = ['torchvision', 'torchvision.transforms', 'torchvision.datasets', 'torchvision.datasets.video_utils', 'torchvision.models',
         'torchvision.models.inception', 'torchvision.transforms.functional', 'torchvision.io', 'timm', 'timm.models',
         'timm.models.layers', 'timm.models.registry', 'decord', 'av', 'h5py', 'skvideo', 'skvideo.io', 'torchvision.datasets.folder']
for name in stubs:
    try:
        importlib.import_module(name)
    except Exception:
        sys.modules[name] = Anything(name)
        if '.' in name and name.rsplit('.', 1)[0] in sys.modules:
            setattr(sys.modules[name.rsplit('.', 1)[0]], name.rsplit('.', 1)[1], sys.modules[name])
warnings.simplefilter('ignore')
import numpy as np
import torch
import torch.nn.functional as F
import torch_fidelity.feature_extractor_inceptionv3 as tf_inception
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from cleanfid.fid import frechet_distance as clean_frechet
from cleanfid.resize import build_resizer
from pytorch_fid.fid_score import calculate_frechet_distance

generated_path, reference_path, inception_path, i3d_path = sys.argv[1:5]
generated, reference = np.load(generated_path), np.load(reference_path)
network = tf_inception.FeatureExtractorInceptionV3('net', ['2048'], feature_extractor_weights_path=inception_path).eval()
values = {}


def features(frames, prepare=lambda batch: batch):
    rows = []
    with torch.no_grad():
        for start in range(0, len(frames), 8):
            batch = torch.from_numpy(np.ascontiguousarray(frames[start:start + 8])).permute(0, 3, 1, 2)
            rows.append(network(prepare(batch))[0])
    return torch.cat(rows)


def both(prepare=lambda batch: batch):
    return [features(side[:, ::6].reshape(-1, *side.shape[2:]), prepare) for side in (generated, reference)]


def note(name, value):
    values[name] = float(value)
    print(name, values[name], file=sys.stderr)


g, r = both()
note('fid/torch-fidelity', fid_statistics_to_metric(fid_features_to_statistics(g), fid_features_to_statistics(r), False)['frechet_inception_distance'])

# What is resized outside comes as floats of 299x299, which the network's own resize leaves as they are.
tf_inception.vassert = lambda *_: None
half = lambda batch: F.interpolate(batch.float() / 255, size=(299, 299), mode='bilinear', align_corners=False) * 256
g, r = both(half)
moments = lambda rows: (rows.double().numpy().mean(axis=0), np.cov(rows.double().numpy(), rowvar=False))
note('fid/pytorch-fid', calculate_frechet_distance(*moments(g), *moments(r)))
resizer = build_resizer('clean')
clean = lambda batch: torch.stack([torch.from_numpy(np.ascontiguousarray(resizer(image.permute(1, 2, 0).numpy()))).permute(2, 0, 1) for image in batch])
g, r = both(clean)
note('fid/clean-fid', clean_frechet(*(part for rows in (g, r) for part in (rows.numpy().mean(axis=0), np.cov(rows.numpy(), rowvar=False)))))

for name in [name for name, module in list(sys.modules.items()) if name.startswith('torchvision') and module.__spec__ is None]:
    del sys.modules[name]
from torchmetrics.image.fid import FrechetInceptionDistance, NoTrainInceptionV3
for recipe, antialias in (('torchmetrics-1.7', False), ('torchmetrics-1.8', True)):
    try:
        metric = FrechetInceptionDistance(feature=2048, feature_extractor_weights_path=inception_path, antialias=antialias)
        with torch.no_grad():
            for side, real in ((generated, False), (reference, True)):
                frames = side[:, ::6].reshape(-1, *side.shape[2:])
                for start in range(0, len(frames), 8):
                    metric.update(torch.from_numpy(np.ascontiguousarray(frames[start:start + 8])).permute(0, 3, 1, 2), real=real)
        note(f'fid/{recipe}', metric.compute())
    except Exception as error:
        print(recipe, type(error).__name__, error, file=sys.stderr)

try:
    for name in stubs[:8]:
        sys.modules.setdefault(name, Anything(name))
    from cdfvd import fvd as cd
    metric = cd.cdfvd('i3d', n_real='full', n_fake=len(generated), ckpt_path=i3d_path, device='cpu')
    note('fvd/cd-fvd', metric.compute_fvd(reference, generated))
except Exception as error:
    print('cd-fvd', type(error).__name__, error, file=sys.stderr)

versions = {name: importlib.metadata.version(name) for name in ('torch', 'torch_fidelity', 'torchmetrics', 'clean-fid', 'pytorch-fid', 'cd-fvd')}
json.dump({'values': values, 'versions': versions}, sys.stdout)
