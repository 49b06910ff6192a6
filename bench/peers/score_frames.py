"""PSNR, SSIM and LPIPS-alex of folders of videos with PyAV, Pillow, scikit-image and the `lpips` package: the peer of bench/score-peer.ts.

Usage: score_frames.py PROCESSES THREADS WEIGHTS PAIRS.json
WEIGHTS holds alexnet-features.pth and lpips-v0.1-alex.pth; PAIRS.json lists {generated: [folders of PNG], reference: video, first, count}, the frames that are scored: the same ones of each video. A reference is decoded once and its features are those of the package, which takes pairs.
Each of PROCESSES processes takes a clip at a time and has THREADS threads. Prints one JSON object: versions, seconds of imports and of the rest,
and per clip and generated video the means of the three metrics.
"""

import json
import os
import sys
import time

begun = time.perf_counter()
processes, threads = int(sys.argv[1]), int(sys.argv[2])
os.environ["OMP_NUM_THREADS"] = str(threads)

from importlib.metadata import version
from multiprocessing import get_context

import av
import numpy as np
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from networks import stand_in_for_torchvision

stand_in_for_torchvision()
import lpips

torch.set_grad_enabled(False)
model = None


def open_model():
    global model
    torch.set_num_threads(threads)
    model = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False, pretrained=False).eval()
    backbone = torch.load(f"{sys.argv[3]}/alexnet-features.pth", weights_only=True)
    slices = {f"net.slice{s}.{n}": t for s, layers in enumerate([[0], [3], [6], [8], [10]], 1) for k in layers for n, t in of_layer(backbone, k)}
    heads = torch.load(f"{sys.argv[3]}/lpips-v0.1-alex.pth", map_location="cpu", weights_only=True)
    missing = model.load_state_dict({**slices, **heads}, strict=False).missing_keys
    # Of the five slices and five heads nothing may be left as it was drawn.
    left = [key for key in missing if key.startswith("net.") or (key.startswith("lin") and not key.startswith("lins."))]
    assert not left, left


def of_layer(state, k):
    """A layer's tensors, whose names may begin with `features.`."""
    for name, tensor in state.items():
        tail = name.removeprefix("features.")
        if tail.split(".")[0] == str(k):
            yield tail, tensor


def images_of(folder, first, count):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".png"))
    return np.stack([np.asarray(Image.open(os.path.join(folder, name)).convert("RGB")) for name in names[first : first + count]])


def frames_of(path, first, count):
    with av.open(path) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.stack(frames[first : first + count])


def planes(frames):
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1


def score(pair):
    reference = frames_of(pair["reference"], pair["first"], pair["count"])
    scores = []
    for path in pair["generated"]:
        generated = images_of(path, pair["first"], pair["count"])
        psnr = [peak_signal_noise_ratio(b, a, data_range=255) for a, b in zip(generated, reference)]
        ssim = [
            structural_similarity(a, b, gaussian_weights=True, use_sample_covariance=False, sigma=1.5, data_range=255, channel_axis=-1)
            for a, b in zip(generated, reference)
        ]
        distance = model(planes(generated), planes(reference)).flatten().tolist()
        scores.append([float(np.mean(v)) for v in (psnr, ssim, distance)])
    return scores


if __name__ == "__main__":
    pairs = json.load(open(sys.argv[4]))
    imported = time.perf_counter()
    if processes == 1:
        open_model()
        scores = [score(pair) for pair in pairs]
    else:
        with get_context("fork").Pool(processes, initializer=open_model) as pool:
            scores = pool.map(score, pairs, chunksize=1)
    done = time.perf_counter()
    names = ["torch", "lpips", "scikit-image", "av", "Pillow"]
    print(json.dumps({"versions": {n: version(n) for n in names}, "imports": imported - begun, "rest": done - imported, "scores": scores}))
