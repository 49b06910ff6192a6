"""Stands in for SeerVideoLDM's inference_img.py: the same arguments, a picture of noise from the same seed."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tensor import Tensor


def save_visualization_onegif(accelerator, vae, x_samples_ddim, x0_image, sample_id, image_path, num_sample_rows=1):
    raise AssertionError("it draws no GIF here")


def main(args):
    draw = random.Random("%s|%s" % (args.seed, args.input_text_prompts))
    if "BREAK" in args.input_text_prompts:
        raise MemoryError("CUDA out of memory")
    assert os.path.exists(args.image_path) and args.num_frames in (12, 16) and args.num_samples == 1
    assert os.path.isdir(os.path.join(args.output_dir, "learned_sdunet-steps-%d" % args.saved_global_step))
    assert (args.ddim_steps, args.scale, args.mixed_precision, args.revision) == (30, 7.5, "fp16", None)
    shape = [1, 3, args.num_frames - args.cond_frames, args.resolution, args.resolution]
    # Channel c of predicted frame t is (10 t + c) / 255 and a little noise of the seed in the first row.
    values = []
    for c in range(3):
        for t in range(shape[2]):
            for y in range(shape[3]):
                for x in range(shape[4]):
                    values.append((10 * t + c + 0.5) / 255 if y > 0 else draw.random())
    save_visualization_onegif(None, None, Tensor(values, shape), x0_image=None, sample_id=0, image_path=args.image_path)
