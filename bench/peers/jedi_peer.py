"""JEDi's own package (videojedi 0.1.2, vjepa 0.1.2) on the clips and weights that bench/jedi-peer.ts wrote.

Usage: jedi_peer.py FOLDER BLOCKS. Reads FOLDER/encoder.pth and probe.pth (flat), clips as <side>-<i>.bytes of the shapes T×H×W×3 in shapes.json; writes <side>-package.npy, the rows of
its VJEPA.get_feats, and prints JEDi by its mmd_poly as JSON. ViT-H is cut to so many blocks, which the package has no argument for.

Two things stand between the package and a run. Its Normalize (vjepa's functional.py) takes channels first, and get_feats gives it frames first: it stops with an
error on any clip that is not of 3 frames, which is printed; the clips are then normalised here and given to encoder and pooler as get_feats does. And it reads its
configuration from the network; what is in it stands below.
"""

import json
import sys
import time
from functools import partial
from unittest.mock import MagicMock

import numpy as np
import torch

# Only transforms for training are of torchvision, of which no build is for this torch here; what stands in for it is never called.
for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional", "decord", "pandas"):
    sys.modules[name] = MagicMock()

import videojedi.V_JEPA as package  # noqa: E402
from videojedi.mmd_polynomial import mmd_poly  # noqa: E402
from vjepa.datasets.utils.video.functional import normalize  # noqa: E402
from vjepa.models.attentive_pooler import AttentiveClassifier  # noqa: E402
from vjepa.models.vision_transformer import VisionTransformer  # noqa: E402

# scikit-learn asks whether it is there.
del sys.modules["pandas"]

folder, blocks = sys.argv[1], int(sys.argv[2])
torch.manual_seed(0)


def cut_huge(patch_size=16, **how):
    return VisionTransformer(patch_size=patch_size, embed_dim=1280, depth=blocks, num_heads=16, mlp_ratio=4, qkv_bias=True,
                             norm_layer=partial(torch.nn.LayerNorm, eps=1e-6), **how)


package.VIT_NAME_LOOKUP["vit_huge"] = cut_huge
flat = torch.load(f"{folder}/encoder.pth")
trained = {"target_encoder": {f"module.backbone.{k}": v for k, v in flat.items()},
           "encoder": {f"module.backbone.{k}": torch.zeros_like(v) for k, v in flat.items()}, "epoch": 300}
torch.save(trained, f"{folder}/vith16.pth.tar")
probe = torch.load(f"{folder}/probe.pth")
torch.save({"classifier": probe, "epoch": 20}, f"{folder}/ssv2-probe.pth.tar")

open(f"{folder}/ready", "w").close()

# configs/vith16_ssv2_16x2x3.yaml of the package's repository.
encoder = package.init_model(device="cpu", pretrained=f"{folder}/vith16.pth.tar", model_name="vit_huge", patch_size=16, crop_size=224,
                             frames_per_clip=16, tubelet_size=2, uniform_power=True, use_sdpa=True, checkpoint_key="target_encoder")
encoder = package.ClipAggregation(encoder, tubelet_size=2, attend_across_segments=True).eval()
classifier = torch.nn.Module()
classifier.module = AttentiveClassifier(embed_dim=1280, num_heads=16, depth=1, num_classes=174)
missing = classifier.load_state_dict(probe, strict=False)
classifier.eval()

vjepa = package.VJEPA.__new__(package.VJEPA)
vjepa.encoder, vjepa.classifier, vjepa.finetuned = encoder, classifier, True
mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
said = None


def prepared(path, shape):
    """WorldArena's: 16 frames evenly, /255, bilinear with antialias to 224×224."""
    frames = torch.from_numpy(np.fromfile(path, np.uint8).reshape(shape))
    n = len(frames)
    picked = torch.linspace(0, n - 1, 16).round().long() if n >= 16 else torch.tensor([min(i, n - 1) for i in range(16)])
    clip = frames[picked].permute(0, 3, 1, 2).float() / 255
    return torch.nn.functional.interpolate(clip, size=(224, 224), mode="bilinear", align_corners=False, antialias=True)[None]


shapes = json.load(open(f"{folder}/shapes.json"))
rows = {}
start, cpu = time.perf_counter(), time.process_time()
for side in ("generated", "reference"):
    found = []
    for i in range(len(shapes)):
        videos = prepared(f"{folder}/{side}-{i}.bytes", shapes[i])
        if said is None:
            vjepa.transforms = lambda clip: normalize(clip, mean, std)
            try:
                vjepa.get_feats(videos)
                said = "it runs"
            except RuntimeError as error:
                said = str(error)
        # Frames first to channels first and back around its own normalisation.
        vjepa.transforms = lambda clip: normalize(clip.permute(1, 0, 2, 3), mean, std).permute(1, 0, 2, 3)
        found.append(vjepa.get_feats(videos)[0])
    rows[side] = np.stack(found)
    np.save(f"{folder}/{side}-package.npy", rows[side])
seconds, processor = time.perf_counter() - start, time.process_time() - cpu
value = mmd_poly(rows["generated"], rows["reference"], degree=2, coef0=0) * 100
print(json.dumps({"jedi": float(value), "asItIs": said, "missing": str(missing), "torch": torch.__version__, "seconds": seconds,
                  "processor": processor}))
