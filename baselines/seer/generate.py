"""Seer (SeerVideoLDM) behind kinemetric's process contract.

Calls the repository's own `inference_img.main`, which makes a clip from one image and a text, and takes the tensor that it would
draw into a GIF (4 frames a second, padded, in a palette). See README.md.
"""

import os
import sys
import time
import types

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import process_contract as contract

REPOSITORY = "https://github.com/seervideodiffusion/SeerVideoLDM"
COMMIT = "f4033328cfdf205bd25ad5bd56c3e35edfb6362c"


def main(request):
    root = contract.upstream(request, ".", REPOSITORY, COMMIT)
    settings = request.settings
    output_dir = os.path.join(root, settings["outputDir"])
    # Without this folder the repository's code would go on with weights that nobody trained.
    steps = settings["savedGlobalStep"]
    folder = os.path.join(output_dir, "learned_sdunet-steps-%d" % steps)
    for name in ("pytorch_model.bin", "pytorch_model_1.bin"):
        contract.require_weights(os.path.join(folder, name), "huggingface.co/xianfang/SeerVideo, sthv2_seer")
    inference = contract.imported("inference_img")
    for item in request.items:
        started = time.monotonic()
        try:
            sample(request, item, inference, output_dir, started)
        except Exception as error:  # one item's trouble, out of memory among it
            contract.write_failure(request, item, error)


def sample(request, item, inference, output_dir, started):
    settings = request.settings
    height, width = item["geometry"]["target"]
    if height != width:
        raise ValueError("expected a square, found %dx%d" % (height, width))
    wanted = item["target"]["frames"]
    given = settings["condFrames"]
    # As released, or the other number that the repository's configuration has for this checkpoint.
    made = 12 if wanted <= 12 else 16
    taken = []

    def take(accelerator, vae, x_samples_ddim, **_):
        taken.append(x_samples_ddim.detach().float().cpu())

    inference.save_visualization_onegif = take
    image = request.image_of(item)
    inference.main(
        types.SimpleNamespace(
            pretrained_model_name_or_path=settings["stableDiffusion"],
            revision=None,
            output_dir=output_dir,
            saved_global_step=settings["savedGlobalStep"],
            resolution=height,
            cond_frames=given,
            num_frames=made,
            num_samples=1,
            ddim_steps=settings["steps"],
            scale=settings["guidance"],
            mixed_precision=settings["precision"],
            seed=item["seed"],
            image_path=image,
            input_text_prompts=request.text_of(item),
        )
    )
    # [1, 3, frames, H, W] in [0, 1]: the predicted frames alone.
    video = taken[0].select(0, 0)
    predicted = [
        bytes(video.select(1, t).permute(1, 2, 0).mul(255).byte().reshape(-1).tolist()) for t in range(made - given)
    ]
    is_input = [True] * given + [False] * len(predicted)
    notes = ["%d frames sampled, the first %d kept; the given frame stands for the first %d" % (made, wanted, given)]
    frames = ([image] * given + predicted)[:wanted]
    contract.write_sample(request, item, frames, is_input[:wanted], started, notes)


if __name__ == "__main__":
    contract.run(main)
