"""Writes distribution-goldens.json: what torch-fidelity, pytorch-fid, clean-fid and torchmetrics compute on features made
by formula (the same as in test/features/formula-features.ts), and .npy/.npz files as numpy writes them.

  python distribution_goldens.py > distribution-goldens.json

Needs torch, numpy, scipy, pytorch-fid, clean-fid, torch-fidelity, torchmetrics. Their distance functions take features, so
that torchvision, which they import for their networks and datasets, is replaced by an empty module where it is missing
(its wheels are built for CUDA and do not load beside the CPU build of torch: 'operator torchvision::nms does not exist').
"""
import base64, importlib.metadata, io, json, sys, time, types, warnings

try:
    import torchvision  # noqa: F401
except (ImportError, RuntimeError):
    class Anything(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith('__'):
                raise AttributeError(name)
            return type(name, (), {})
    for name in ('torchvision', 'torchvision.transforms', 'torchvision.datasets', 'torchvision.models', 'torchvision.models.inception', 'torchvision.transforms.functional'):
        sys.modules[name] = Anything(name)
        if '.' in name:
            parent, child = name.rsplit('.', 1)
            setattr(sys.modules[parent], child, sys.modules[name])

warnings.simplefilter('ignore')
import numpy as np
import torch
from cleanfid.fid import frechet_distance as clean_fid, kernel_distance as clean_kid
from pytorch_fid.fid_score import calculate_frechet_distance as pytorch_fid
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
# torchmetrics goes by whether torchvision can be found: it must not find the empty one.
for name in [name for name, module in sys.modules.items() if name.startswith('torchvision') and module.__spec__ is None]:
    del sys.modules[name]
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.kid import KernelInceptionDistance


def random_features(seed, rows, d, mean=0.0):
    k = np.arange(rows * d, dtype=np.uint32)
    h = k * np.uint32(2654435761) + np.uint32(seed * 2246822519 % 2**32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    h = h ^ (h >> np.uint32(16))
    j = np.arange(d)
    return (h.reshape(rows, d) / 2.0**32 - 0.5) * (0.2 + (j % 61) / 20) + mean * np.cos(j)


def torchmetrics_kid(x, y, subset_size, subsets=100):
    kid = KernelInceptionDistance(feature=torch.nn.Identity(), subsets=subsets, subset_size=subset_size)
    kid.real_features, kid.fake_features = [torch.from_numpy(y)], [torch.from_numpy(x)]
    return [float(v) for v in kid.compute()]


def exact_kid(x, y):
    """The unbiased estimator on all rows in float64: what unseeded subsets give on average."""
    k = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    m, n = len(x), len(y)
    xx, yy = k(x, x), k(y, y)
    return (xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1)) - 2 * k(x, y).mean()


def distances(rows, d):
    x, y = random_features(1, rows, d), random_features(2, rows, d, 0.05)
    stats = [(f.mean(axis=0), np.cov(f, rowvar=False)) for f in (x, y)]
    out, seconds = {}, {}

    def timed(name, compute):
        start = time.perf_counter()
        try:
            out[name] = compute()
        except Exception as error:
            out[name] = f'{type(error).__name__}: {error}'
        seconds[name] = round(time.perf_counter() - start, 2)
        print(rows, name, out[name], seconds[name], file=sys.stderr)

    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    fidelity = [fid_features_to_statistics(f) for f in (tx, ty)]
    key = 'frechet_inception_distance'
    timed('fid torch-fidelity', lambda: fid_statistics_to_metric(*fidelity, verbose=False)[key])
    timed('fid pytorch-fid', lambda: float(pytorch_fid(*stats[0], *stats[1])))
    timed('fid clean-fid', lambda: float(clean_fid(*stats[0], *stats[1])))
    torches = [torch.from_numpy(a) for pair in stats for a in pair]
    timed('fid torchmetrics', lambda: float(_compute_fid(*torches)))
    size = min(1000, rows // 3)
    options = dict(kid_subset_size=size, kid_subsets=100, rng_seed=2020, verbose=False, kid_kernel='poly',
                   kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)
    timed('kid torch-fidelity', lambda: list(kid_features_to_metric(tx, ty, **options).values()))
    timed('kid exact', lambda: exact_kid(x, y))
    # One subset of all rows: the libraries' own formulas without their unseeded draws.
    timed('kid clean-fid whole', lambda: clean_kid(x, y, num_subsets=1, max_subset_size=rows))
    timed('kid torchmetrics whole', lambda: torchmetrics_kid(x, y, rows, 1)[0])
    np.random.seed(0)
    timed('kid clean-fid', lambda: clean_kid(x, y, max_subset_size=size))
    torch.manual_seed(0)
    timed('kid torchmetrics', lambda: torchmetrics_kid(x, y, size))
    return {'rows': rows, 'dimension': d, 'subsetSize': size, 'values': out, 'seconds': seconds}


def npy(array, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return base64.b64encode(file.getvalue()).decode()


def files():
    values = np.arange(6).reshape(2, 3) * 1.5 - 2
    arrays = {}
    for dtype in ('<f2', '<f4', '>f4', '<f8', '>f8'):
        arrays[dtype] = npy(values.astype(dtype))
        arrays[dtype + ' fortran'] = npy(np.asfortranarray(values.astype(dtype)))
    for dtype in ('|i1', '|u1', '<i2', '>u2', '<i4', '>i4', '<u4', '<i8', '>i8', '<u8', '|b1'):
        arrays[dtype] = npy(np.abs(np.arange(6).reshape(2, 3) - (3 if 'i' in dtype else 0)).astype(dtype) if dtype != '|b1'
                            else np.arange(6).reshape(2, 3) % 2 == 0)
    arrays['version 2'] = npy(values, version=(2, 0))
    arrays['version 3'] = npy(values, version=(3, 0))
    arrays['3d fortran'] = npy(np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
    arrays['objects'] = npy(np.array([None, 1], dtype=object))
    arrays['text'] = npy(np.array('Fréchet'))
    mu, sigma = np.array([1.0, 2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])
    archives = {}
    for name, save in (('savez', np.savez), ('savez_compressed', np.savez_compressed)):
        file = io.BytesIO()
        save(file, mu=mu, sigma=sigma)
        archives[name] = base64.b64encode(file.getvalue()).decode()
    file = io.BytesIO()
    np.savez_compressed(file, feats=values.astype('<f4'))
    archives['feats'] = base64.b64encode(file.getvalue()).decode()
    return {'npy': arrays, 'npz': archives}


if __name__ == '__main__':
    packages = ('numpy', 'scipy', 'torch', 'pytorch-fid', 'clean-fid', 'torch-fidelity', 'torchmetrics')
    json.dump({
        'origin': {name: importlib.metadata.version(name) for name in packages},
        # Fewer rows than dimensions, more than dimensions, and the second at the networks' own size.
        'distances': [distances(300, 2048), distances(900, 256), distances(3000, 2048)],
        'files': files(),
    }, sys.stdout, indent=1)
    print()
