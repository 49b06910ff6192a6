"""VBench's own temporal flickering, subject and background consistency of videos, with given weights.

VBench's functions are those of the installed package (pip install vbench, whatever it brings is not needed: --no-deps), DINO's network of facebookresearch/dino and
CLIP's of openai/CLIP, both from checkouts. Where decord does not install, OpenCV reads the videos, which are lossless RGB.

python vbench_dimensions.py task.json: { whole, few, dino, clip, blocks, checkouts, out }
"""

import json
import re
import sys
import types
from pathlib import Path

import cv2
import numpy as np
import torch

task = json.loads(Path(sys.argv[1]).read_text())
checkouts = Path(task["checkouts"])
torch.set_num_threads(int(task.get("threads", 1)))

try:
    import decord  # noqa: F401

    reader = "decord"
except ImportError:
    reader = "OpenCV in place of decord"

    class VideoReader:
        def __init__(self, path, num_threads=1, **_):
            capture = cv2.VideoCapture(path)
            self.frames = []
            while True:
                ok, frame = capture.read()
                if not ok:
                    break
                self.frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))

        def __len__(self):
            return len(self.frames)

        def get_batch(self, indices):
            batch = np.stack([self.frames[i] for i in indices])
            return types.SimpleNamespace(asnumpy=lambda: batch)

        def __iter__(self):
            return iter(types.SimpleNamespace(asnumpy=lambda f=f: f) for f in self.frames)

    stub = types.ModuleType("decord")
    stub.VideoReader = VideoReader
    stub.cpu = lambda *_: None
    # As decord's bridge to torch has it where there is none: arrays.
    stub.bridge = types.SimpleNamespace(set_bridge=lambda *_: None)
    sys.modules["decord"] = stub

# torchvision's own build is not for this torch: the operators that it lacks are declared, and none of them is called here.
operators = torch.library.Library("torchvision", "FRAGMENT")
while True:
    try:
        import torchvision  # noqa: F401

        break
    except RuntimeError as error:
        missing = re.search(r"operator torchvision::(\w+) does not exist", str(error))
        if missing is None:
            raise
        operators.define(f"{missing[1]}(Tensor x) -> Tensor")
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]

sys.path.insert(0, str(checkouts / "dino"))
sys.path.insert(0, str(checkouts / "CLIP"))

from clip.model import CLIP  # noqa: E402
from vision_transformer import VisionTransformer  # noqa: E402
from functools import partial  # noqa: E402
from vbench.background_consistency import background_consistency  # noqa: E402
from vbench.subject_consistency import subject_consistency  # noqa: E402
from vbench.temporal_flickering import temporal_flickering  # noqa: E402


def videos(folder):
    return sorted(str(path) for path in Path(folder).glob("*.mp4"))


def dino(path, blocks):
    network = VisionTransformer(
        patch_size=16,
        embed_dim=768,
        depth=blocks,
        num_heads=12,
        mlp_ratio=4,
        qkv_bias=True,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        num_classes=0,
    )
    network.load_state_dict(torch.load(path, map_location="cpu"), strict=True)
    return network.eval()


def clip(path, blocks):
    network = CLIP(512, 224, blocks, 768, 32, 77, 8, 64, 1, 1)
    found = network.load_state_dict(torch.load(path, map_location="cpu"), strict=False)
    assert not found.unexpected_keys, found.unexpected_keys
    assert not [key for key in found.missing_keys if key.startswith("visual.")], found.missing_keys
    return network.float().eval()


def told(result):
    value, each = result
    return {
        "value": float(value),
        "videos": {Path(one["video_path"]).stem: float(one["video_results"]) for one in each},
    }


with torch.no_grad():
    found = {
        "reader": reader,
        "vbench-flicker": told(temporal_flickering(videos(task["whole"]))),
        "vbench-subject": told(
            subject_consistency(dino(task["dino"], task["blocks"]), videos(task["few"]), "cpu", False)
        ),
        "vbench-background": told(
            background_consistency(clip(task["clip"], task["blocks"]), None, videos(task["few"]), "cpu", False)
        ),
    }
Path(task["out"]).write_text(json.dumps(found))
