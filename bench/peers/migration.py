"""What the calls that docs/migrate.md names return on folders of frames: torchmetrics, scikit-image, lpips and common_metrics_on_video_quality.

Usage: migration.py WEIGHTS GENERATED REFERENCE [CHECKOUT of common_metrics_on_video_quality]
Both sides hold a folder of PNG a clip, of the same names and numbers. WEIGHTS holds the backbones' tensors (alexnet-features.pth,
squeezenet1_1-features.pth); heads are those that each package brings. Prints a line of JSON a call: {peer, call, recipe, value}.
"""

import contextlib
import json
import os
import sys
from importlib.metadata import version

import numpy as np
import torch
from PIL import Image

# torchvision's compiled part does not load beside a torch for the CPU alone; nothing here calls its operators, which only have to have names.
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision

weights, generated, reference = sys.argv[1:4]
torch.set_grad_enabled(False)


def with_backbone(make, file):
    """A torchvision network whose features are those of a file, whatever weights its caller asks for."""

    def made(**_):
        model = make(weights=None)
        tensors = torch.load(os.path.join(weights, file), weights_only=True)
        tensors = {name if name.startswith("features.") else f"features.{name}": tensor for name, tensor in tensors.items()}
        left = model.load_state_dict(tensors, strict=False)
        assert not left.unexpected_keys and not any(key.startswith("features.") for key in left.missing_keys)
        return model

    return made


torchvision.models.alexnet = with_backbone(torchvision.models.alexnet, "alexnet-features.pth")
torchvision.models.squeezenet1_1 = with_backbone(torchvision.models.squeezenet1_1, "squeezenet1_1-features.pth")

import lpips
import skimage.metrics
from torchmetrics.image import (
    LearnedPerceptualImagePatchSimilarity,
    MultiScaleStructuralSimilarityIndexMeasure,
    PeakSignalNoiseRatio,
    StructuralSimilarityIndexMeasure,
)


def frames_of(folder):
    names = sorted(os.listdir(folder))
    return np.stack([np.asarray(Image.open(os.path.join(folder, name)).convert("RGB")) for name in names])


clips = [(frames_of(os.path.join(generated, name)), frames_of(os.path.join(reference, name))) for name in sorted(os.listdir(reference))]


def planes(frames):
    """uint8 [T,H,W,3] as float [T,3,H,W] in [0,1]."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 255


def answer(peer, call, recipe, value):
    print(json.dumps({"peer": peer, "call": call, "recipe": recipe, "value": float(value)}), flush=True)


def updated(metric):
    for a, b in clips:
        metric.update(planes(a), planes(b))
    return metric.compute()


def over_frames(function):
    return np.mean([function(a, b) for pair in clips for a, b in zip(*pair)])


def over_clips(function):
    return np.mean([function(planes(a), planes(b)).mean().item() for a, b in clips])


peer = f"torchmetrics {version('torchmetrics')}"
answer(peer, "PeakSignalNoiseRatio(data_range=1.0)", "psnr:pooled", updated(PeakSignalNoiseRatio(data_range=1.0)))
answer(peer, "PeakSignalNoiseRatio(data_range=1.0, dim=(1, 2, 3))", "psnr:frame-mean-inf", updated(PeakSignalNoiseRatio(data_range=1.0, dim=(1, 2, 3))))
answer(peer, "StructuralSimilarityIndexMeasure(data_range=1.0)", "ssim:gaussian-reflect", updated(StructuralSimilarityIndexMeasure(data_range=1.0)))
answer(peer, "MultiScaleStructuralSimilarityIndexMeasure(data_range=1.0)", "ms-ssim:torchmetrics", updated(MultiScaleStructuralSimilarityIndexMeasure(data_range=1.0)))
for net in ["alex", "squeeze"]:
    metric = LearnedPerceptualImagePatchSimilarity(net_type=net, normalize=True)
    answer(peer, f"LearnedPerceptualImagePatchSimilarity(net_type='{net}', normalize=True)", f"lpips:torchmetrics-{net}", updated(metric))

peer = f"scikit-image {version('scikit-image')}"
psnr, ssim = skimage.metrics.peak_signal_noise_ratio, skimage.metrics.structural_similarity
answer(peer, "peak_signal_noise_ratio(a, b, data_range=255)", "psnr:frame-mean-inf", over_frames(lambda a, b: psnr(b, a, data_range=255)))
answer(peer, "structural_similarity(a, b, channel_axis=-1)", "ssim:uniform-7", over_frames(lambda a, b: ssim(a, b, channel_axis=-1)))
gaussian = dict(gaussian_weights=True, use_sample_covariance=False, sigma=1.5, data_range=255, channel_axis=-1)
answer(peer, "structural_similarity(a, b, gaussian_weights=True, use_sample_covariance=False, sigma=1.5, data_range=255, channel_axis=-1)", "ssim:gaussian-valid", over_frames(lambda a, b: ssim(a, b, **gaussian)))

peer = f"lpips {version('lpips')}"
for net, spatial in [("alex", False), ("squeeze", False), ("alex", True)]:
    with contextlib.redirect_stdout(sys.stderr):
        model = lpips.LPIPS(net=net, spatial=spatial)
    call = f"LPIPS(net='{net}', spatial=True)(a, b).mean()" if spatial else f"LPIPS(net='{net}')(a, b)"
    answer(peer, call, f"lpips:{net}-spatial" if spatial else f"lpips:{net}", over_clips(lambda a, b: model(a * 2 - 1, b * 2 - 1)))

if len(sys.argv) > 4:
    sys.path.insert(0, sys.argv[4])
    peer = "common_metrics_on_video_quality 5f75173"
    with contextlib.redirect_stdout(sys.stderr):
        from calculate_lpips import calculate_lpips
        from calculate_psnr import calculate_psnr
        from calculate_ssim import calculate_ssim

        sides = [torch.stack([planes(pair[side]) for pair in clips]) for side in (0, 1)]
        values = {
            "psnr:frame-mean": calculate_psnr(*sides, only_final=True),
            "ssim:gaussian-valid": calculate_ssim(*sides, only_final=True),
            "lpips:alex-spatial": calculate_lpips(*sides, torch.device("cpu"), only_final=True),
        }
    for recipe, value in values.items():
        name = recipe.split(":")[0]
        more = ", device" if name == "lpips" else ""
        answer(peer, f"calculate_{name}(videos1, videos2{more}, only_final=True)", recipe, np.mean(value["value"]))
