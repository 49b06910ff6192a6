"""Makes resize.json: what Pillow, torch and clean-fid's resize give on images made by formula.

Run by hand when a case is added; needs Pillow, numpy and torch (the versions used are written into the file).
"""

import hashlib
import json
import pathlib

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image


def noise(height, width):
    """Every level occurs, neighbours are unrelated: rounding and clipping are exercised. Same formula in resize.test.ts."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    mixed = (y * 73856093 + x * 19349663 + c * 83492791).astype(np.uint32)
    return ((mixed * np.uint32(2654435761)) >> np.uint32(24)).astype(np.uint8)


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


sizes = [  # input height, width, output height, width
    (240, 427, 256, 455), (240, 424, 256, 452), (240, 360, 256, 384), (240, 483, 256, 515), (256, 384, 256, 256),
    (256, 384, 299, 299), (64, 96, 17, 23), (97, 131, 5, 7), (37, 53, 37, 20), (37, 53, 90, 53), (5, 3, 40, 31),
    (1, 1, 6, 4), (2, 200, 1, 1), (480, 853, 224, 398), (33, 41, 33, 41), (700, 9, 3, 100),
]

goldens = {
    "origin": f"Pillow {PIL.__version__}, torch {torch.__version__}, numpy {np.__version__}; make-resize-goldens.py",
    "pillowBicubic": [], "pillowBilinear": [], "torchNearest": [], "torchBilinear": [], "pillowBicubicFloat": [],
}

for h, w, oh, ow in sizes:
    image = noise(h, w)
    size = {"from": [h, w], "to": [oh, ow]}
    resized = np.asarray(Image.fromarray(image).resize((ow, oh), Image.BICUBIC))
    goldens["pillowBicubic"].append({**size, "sha256": sha(resized)})
    bilinear = np.asarray(Image.fromarray(image).resize((ow, oh), Image.BILINEAR))
    goldens["pillowBilinear"].append({**size, "sha256": sha(bilinear)})
    tensor = torch.from_numpy(image.copy()).permute(2, 0, 1)[None]
    nearest = F.interpolate(tensor, size=(oh, ow), mode="nearest")
    goldens["torchNearest"].append({**size, "sha256": sha(nearest[0].permute(1, 2, 0).numpy())})

# Few enough values to keep, sampled along the diagonal from corner to corner, red and blue.
def samples(array):
    h, w = array.shape[:2]
    return [float(array[i * (h - 1) // 6, i * (w - 1) // 6, c]) for i in range(7) for c in (0, 2)]

for h, w, oh, ow in [(64, 96, 17, 23), (37, 53, 90, 53), (5, 3, 40, 31), (97, 131, 5, 7), (256, 384, 299, 299), (1, 1, 3, 2)]:
    size = {"from": [h, w], "to": [oh, ow]}
    image = noise(h, w)
    tensor = torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)[None]
    kinds = {
        "halfPixelBilinear": dict(align_corners=False),
        "antialiasBilinear": dict(align_corners=False, antialias=True),
        "alignCornersBilinear": dict(align_corners=True),
    }
    for kind, options in kinds.items():
        out = F.interpolate(tensor, size=(oh, ow), mode="bilinear", **options)[0].permute(1, 2, 0).numpy()
        goldens["torchBilinear"].append({"kind": kind, **size, "samples": samples(out), "mean": float(out.mean(dtype=np.float64))})
    planes = [Image.fromarray(image[:, :, c].astype(np.float32), mode="F").resize((ow, oh), Image.BICUBIC) for c in range(3)]
    out = np.clip(np.stack([np.asarray(plane) for plane in planes], axis=2), 0, 255)
    goldens["pillowBicubicFloat"].append({**size, "samples": samples(out), "mean": float(out.mean(dtype=np.float64))})

text = json.dumps(goldens, indent=1)
pathlib.Path(__file__).with_name("resize.json").write_text(text + "\n")
