"""One step of InterDyn or CosHand in diffusers on PyTorch's CPU, with the weights that the bench of ours drew.

    python bench/peers/generators.py interdyn 128x192 2 3     # network, size, threads, rounds

InterDyn: the modules of its own repository (github.com/rickakkerman/InterDyn, whose folder INTERDYN_REPOSITORY names) on diffusers' blocks, fed as its pipeline feeds
them: both halves of guidance as one batch, ControlNet, UNet. CosHand: diffusers' UNet2DConditionModel with 16 channels in, which is the arithmetic of LDM's UNet
(PyTorch's own start values: their names differ and time does not depend on them). Needs torch, diffusers, transformers and safetensors. Prints the wall and the
processor time of each step and the peak memory.
"""
import os
import resource
import sys
import time

import torch

name, size, threads, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
height, width = (int(side) // 8 for side in size.split("x"))
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
weights = os.path.join(os.environ.get("TMPDIR", "/tmp"), "kinemetric-bench")


def load(module, file):
    from safetensors import safe_open

    with safe_open(os.path.join(weights, file), framework="pt") as tensors:
        named = dict(module.named_parameters())
        missing = set(named)
        for key in tensors.keys():
            if key in named:
                named[key].data.copy_(tensors.get_tensor(key).view(named[key].shape))
                missing.discard(key)
        print(f"{file}: {len(named) - len(missing)} of {len(named)} tensors, the others as PyTorch starts them")


def interdyn():
    sys.path.insert(0, os.environ["INTERDYN_REPOSITORY"])
    from interdyn.controlnet_sdv import ControlNetSDVModel
    from interdyn.unet_spatio_temporal_condition_controlnet import UNetSpatioTemporalConditionControlNetModel

    heads = (5, 10, 20, 20)
    unet = UNetSpatioTemporalConditionControlNetModel(num_attention_heads=heads).eval()
    branch = ControlNetSDVModel(num_attention_heads=heads).eval()
    load(unet, "svd-unet-F16.safetensors")
    load(branch, "interdyn-controlnet-F16.safetensors")
    frames = 14
    sample = torch.zeros(2, frames, 8, height, width)
    context = torch.zeros(2, 1, 1024)
    ids = torch.tensor([[6.0, 40.0, 0.02]]).repeat(2, 1)
    control = torch.zeros(2, frames, 3, 8 * height, 8 * width)
    t = torch.tensor(0.5)

    def step():
        down, middle = branch(
            sample, t, encoder_hidden_states=context, controlnet_cond=control, added_time_ids=ids, return_dict=False)
        return unet(
            sample, t, encoder_hidden_states=context, down_block_additional_residuals=down,
            mid_block_additional_residual=middle, added_time_ids=ids, return_dict=False)[0]

    return step


def coshand():
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel(
        sample_size=32, in_channels=16, out_channels=4, cross_attention_dim=768, attention_head_dim=8).eval()
    sample, context, t = torch.zeros(2, 16, height, width), torch.zeros(2, 1, 768), torch.tensor([401, 401])
    return lambda: unet(sample, t, encoder_hidden_states=context, return_dict=False)[0]


with torch.inference_mode():
    step = {"interdyn": interdyn, "coshand": coshand}[name]()
    for _ in range(rounds):
        wall, used = time.perf_counter(), time.process_time()
        step()
        print(f"{name}, {size}, {threads} threads: a step {time.perf_counter() - wall:.2f} s ({time.process_time() - used:.2f} s of processor time)",
              flush=True)
print(f"torch {torch.__version__}; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB")
