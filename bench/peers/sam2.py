"""The other side of bench/networks-sam2.ts: the image encoder of SAM 2.1 tiny as its authors wrote it, in PyTorch on the CPU.

    python bench/peers/sam2.py tiny "[1024]" 2

SAM2_REPOSITORY names a checkout of github.com/facebookresearch/sam2. Weights are those that the bench of ours drew, taken in whole. Prints one JSON line with versions
and what the three outputs come to when ready, then for each line on standard input one with milliseconds of a call (wall clock, processor). Needs torch,
numpy, pillow, tqdm and safetensors; what the code imports beside them to read configurations is stood in for.
"""
import json
import os
import sys
import time
import types

import numpy as np
import torch

repository = os.environ["SAM2_REPOSITORY"]
threads = int(sys.argv[3])
(side,) = json.loads(sys.argv[2])
torch.set_num_threads(threads)

# The package's own start reads configurations with hydra, and the trunk could read weights with iopath: neither is needed.
package = types.ModuleType("sam2")
package.__path__ = [os.path.join(repository, "sam2")]
sys.modules["sam2"] = package
files = types.ModuleType("iopath.common.file_io")
files.g_pathmgr = None
sys.modules.update({"iopath": types.ModuleType("iopath"), "iopath.common": types.ModuleType("iopath.common"), files.__name__: files})

from safetensors import safe_open
from sam2.modeling.backbones.hieradet import Hiera
from sam2.modeling.backbones.image_encoder import FpnNeck, ImageEncoder
from sam2.modeling.position_encoding import PositionEmbeddingSine

# As sam2.1_hiera_t.yaml says.
encoder = ImageEncoder(
    scalp=1,
    trunk=Hiera(embed_dim=96, num_heads=1, stages=(1, 2, 7, 2), global_att_blocks=(5, 7, 9), window_pos_embed_bkg_spatial_size=(7, 7)),
    neck=FpnNeck(
        position_encoding=PositionEmbeddingSine(num_pos_feats=256, normalize=True, scale=None, temperature=10000),
        d_model=256,
        backbone_channel_list=[768, 384, 192, 96],
        fpn_top_down_levels=[2, 3],
        fpn_interp_model="nearest",
    ),
).eval()
high = torch.nn.ModuleDict({"conv_s0": torch.nn.Conv2d(256, 32, 1), "conv_s1": torch.nn.Conv2d(256, 64, 1)}).eval()
with safe_open(os.path.join(os.environ.get("TMPDIR", "/tmp"), "kinemetric-bench", "sam2.1-tiny-F32.safetensors"), framework="pt") as tensors:
    def state(prefix, of):
        return {name: tensors.get_tensor(prefix + name) for name in of.state_dict()}

    encoder.load_state_dict(state("image_encoder.", encoder))
    high.load_state_dict(state("sam_mask_decoder.", high))

picture = torch.from_numpy(np.sin(np.arange(3 * side * side, dtype=np.float64)).astype(np.float32)).view(1, 3, side, side)


def call():
    s0, s1, s2 = encoder(picture)["backbone_fpn"]
    return s2, high["conv_s1"](s1), high["conv_s0"](s0)


with torch.inference_mode():
    lengths = [float(output.double().norm()) for output in call()]
    call()
    print(json.dumps({"torch": torch.__version__, "lengths": lengths}), flush=True)
    for _ in sys.stdin:
        wall, used = time.perf_counter(), time.process_time()
        call()
        print(json.dumps({"wall": (time.perf_counter() - wall) * 1000, "processor": (time.process_time() - used) * 1000}), flush=True)
