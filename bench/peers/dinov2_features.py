"""The other side of bench/dinov2-end-to-end.ts: rows of DINOv2 by the libraries' own code, their resize and facebookresearch's network included.

Arguments: a JSON file { frames: uint8 .npy [N, H, W, 3], weights: a state dict, network: dinov2_vits14 …, checkouts: a folder with checkouts
`dinov2` (facebookresearch/dinov2 b8931f7) and `dgm-eval` (layer6ai-labs/dgm-eval 74c79f7), out: a folder }. Needs torch 2.13, torch-fidelity 0.4.0, Pillow and
torchvision 0.29.1, whose transforms alone are used; scikit-learn 1.9.1 and prdc 0.2. Writes <preprocessing>.npy, what the libraries make of the rows of the second half
against those of the first as numbers.json, under the names of the recipes that stand for them, and prints the versions as JSON.

dgm-eval's functions of distances come from its checkout: it is not on PyPI (pip: "ERROR: No matching distribution found for dgm-eval").
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
def metrics_of_dgm_eval():
    """Its package imports every metric and what each needs: those that are compared stand in single files."""
    import types

    package = types.ModuleType("dgm_eval.metrics")
    package.__path__ = [os.path.join(task["checkouts"], "dgm-eval", "dgm_eval", "metrics")]
    sys.modules["dgm_eval.metrics"] = package
    # Its bar of progress is a hundred lines here.
    os.environ["TQDM_DISABLE"] = "1"
    from dgm_eval.metrics.fd import compute_FD_with_reps
    from dgm_eval.metrics.mmd import compute_mmd
    from dgm_eval.metrics.prdc import compute_prdc

    return compute_FD_with_reps, compute_mmd, compute_prdc


def numbers_of_dgm_eval(reference, generated, recipe):
    import prdc

    fd, mmd, prdc_of_dgm_eval = metrics_of_dgm_eval()
    # Its representations are a float64 array.
    sides = [side.astype(np.float64) for side in (reference, generated)]
    np.random.seed(13579)
    kd = float(mmd(*sides).mean())
    numbers = {f"fd-dinov2:{recipe}": float(fd(*sides)), f"kd-dinov2:{'full' if recipe == 'dgm-eval' else recipe}": kd}
    if recipe == "dgm-eval":
        numbers["kd-dinov2:dgm-eval"] = kd
    theirs = prdc_of_dgm_eval(*sides, nearest_k=5)
    package = prdc.compute_prdc(real_features=reference, fake_features=generated, nearest_k=5)
    for name in ("precision", "recall", "density", "coverage"):
        if theirs[name] != package[name]:
            print(f"{name}: dgm-eval {theirs[name]}, prdc {package[name]}", file=sys.stderr)
        numbers[f"{name}:clovaai"] = float(package[name])
    return numbers


def numbers_of_torch_fidelity(reference, generated, recipe):
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric
    from torch_fidelity.metric_prc import prc_features_to_metric

    sides = [torch.from_numpy(side) for side in (generated, reference)]
    fid = fid_statistics_to_metric(*[fid_features_to_statistics(side) for side in sides], False)
    kid = kid_features_to_metric(*sides, kid_subsets=1, kid_subset_size=len(generated), verbose=False)
    prc = prc_features_to_metric(*sides, verbose=False)
    return {f"fd-dinov2:{recipe}": float(fid["frechet_inception_distance"]),
            f"kd-dinov2:{recipe}": float(kid["kernel_inception_distance_mean"]),
            "precision:torch-fidelity": prc["precision"], "recall:torch-fidelity": prc["recall"]}


numbers = {}
for name in task["preprocessings"]:
    found = answers[name]()
    np.save(os.path.join(task["out"], f"{name}.npy"), found)
    halves = found[: len(found) // 2], found[len(found) // 2 :]
    numbers[name] = (numbers_of_torch_fidelity if name == "torch-fidelity" else numbers_of_dgm_eval)(*halves, name)
json.dump(numbers, open(os.path.join(task["out"], "numbers.json"), "w"))

from importlib.metadata import version

print(json.dumps({name: version(name) for name in ("torch", "torchvision", "torch-fidelity", "pillow", "numpy", "scipy", "scikit-learn", "prdc")}))
