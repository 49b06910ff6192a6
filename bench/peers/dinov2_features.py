"""The other side of bench/dinov2-end-to-end.ts: rows of DINOv2 by the libraries' own code, their resize and facebookresearch's network included.

Arguments: a JSON file { frames: uint8 .npy [N, H, W, 3], weights: a state dict, network: dinov2_vits14 …, checkouts: a folder with checkouts
`dinov2` (facebookresearch/dinov2 b8931f7) and `dgm-eval` (layer6ai-labs/dgm-eval 74c79f7), out: a folder }. Needs torch 2.13, torch-fidelity 0.4.0, Pillow and
torchvision 0.29.1, whose transforms alone are used. Writes <preprocessing>.npy and prints the versions as JSON.
"""
import json
import os
import re
import sys

import numpy as np
import torch

os.environ["XFORMERS_DISABLED"] = "1"
task = json.load(open(sys.argv[1]))
for checkout in ("dinov2", "dgm-eval"):
    sys.path.insert(0, os.path.join(task["checkouts"], checkout))

# torchvision's own build is not for this torch: the operators that it lacks are declared, and none of them is called here.
operators = torch.library.Library("torchvision", "FRAGMENT")
while True:
    try:
        import torchvision  # noqa: F401

        break
    except RuntimeError as error:
        found = re.search(r"operator torchvision::(\w+) does not exist", str(error))
        if found is None:
            raise
        operators.define(f"{found[1]}(Tensor x) -> Tensor")
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]


def load(_, network, **__):
    """In place of torch.hub, which downloads: the same network of the checkout, with the given weights."""
    from dinov2.hub import backbones

    model = getattr(backbones, network)(pretrained=False)
    model.load_state_dict(torch.load(task["weights"], map_location="cpu", weights_only=True))
    return model.eval()


torch.hub.load = load
frames = np.load(task["frames"])


def rows(prepare, model):
    with torch.inference_mode():
        return np.concatenate([model(prepare(frame)).numpy() for frame in frames])


def dgm_eval(clean):
    import types

    from PIL import Image

    # The package's own __init__ imports every encoder and what each needs.
    models = types.ModuleType("dgm_eval.models")
    models.__path__ = [os.path.join(task["checkouts"], "dgm-eval", "dgm_eval", "models")]
    sys.modules["dgm_eval.models"] = models
    from dgm_eval.models.dinov2 import DINOv2Encoder

    encoder = DINOv2Encoder(arch=task["network"].split("_")[1], clean_resize=clean)
    return rows(lambda frame: encoder.transform(Image.fromarray(frame)).unsqueeze(0).float(), encoder)


def torch_fidelity():
    from torch_fidelity.feature_extractor_dinov2 import MODEL_METADATA, FeatureExtractorDinoV2

    name = next(name for name, network in MODEL_METADATA.items() if network == task["network"])
    extractor = FeatureExtractorDinoV2(name, ["dinov2"])
    return rows(lambda frame: torch.from_numpy(frame).permute(2, 0, 1).unsqueeze(0), lambda x: extractor(x)[0])


answers = {"dgm-eval": lambda: dgm_eval(False), "dgm-eval-clean": lambda: dgm_eval(True), "torch-fidelity": torch_fidelity}
for name in task["preprocessings"]:
    np.save(os.path.join(task["out"], f"{name}.npy"), answers[name]())

from importlib.metadata import version

print(json.dumps({name: version(name) for name in ("torch", "torchvision", "torch-fidelity", "pillow", "numpy")}))
