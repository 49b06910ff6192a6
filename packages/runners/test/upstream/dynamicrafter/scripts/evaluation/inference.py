"""Stands in for DynamiCrafter's scripts/evaluation/inference.py: the same functions by name and arguments, noise from the same seed."""

import argparse
import glob
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
from tensor import Tensor

state = random.Random(0)


def seed_everything(seed):
    state.seed(seed)


def image_guided_synthesis(prompt, noise_shape):
    if "BREAK" in prompt:
        raise MemoryError("CUDA out of memory")
    _, frames, height, width = noise_shape
    values = []
    for c in range(3):
        for t in range(frames):
            for y in range(height):
                for x in range(width):
                    values.append(2 * (10 * t + c + 0.5) / 255 - 1 if y > 0 else 3 * state.random() - 1.5)
    return Tensor(values, [1, 3, frames, height, width])


def save_results_seperate(prompt, samples, filename, fakedir, fps=10, loop=False):
    raise AssertionError("it writes no video here")


def run_inference(args, gpu_num, gpu_no):
    assert os.path.exists(args.ckpt_path) and os.path.exists(args.config) and args.text_input and args.bs == 1
    assert (args.unconditional_guidance_scale, args.ddim_steps, args.ddim_eta, args.frame_stride) == (7.5, 50, 1.0, 3)
    os.makedirs(os.path.join(args.savedir, "samples_separate"))
    images = sorted(glob.glob(os.path.join(args.prompt_dir, "*.png")))
    with open(os.path.join(args.prompt_dir, "prompts.txt")) as file:
        prompts = [line.strip() for line in file if line.strip()]
    assert len(images) == len(prompts)
    for image, prompt in zip(images, prompts):
        samples = image_guided_synthesis(prompt, [1, args.video_length, args.height, args.width])
        save_results_seperate(prompt, samples, os.path.basename(image), args.savedir, fps=8, loop=False)


def get_parser():
    parser = argparse.ArgumentParser()
    for name in ("savedir", "ckpt_path", "config", "prompt_dir"):
        parser.add_argument("--" + name)
    for name in ("n_samples", "bs", "height", "width", "ddim_steps", "frame_stride", "video_length"):
        parser.add_argument("--" + name, type=int)
    for name in ("ddim_eta", "unconditional_guidance_scale"):
        parser.add_argument("--" + name, type=float)
    parser.add_argument("--text_input", action="store_true")
    return parser
