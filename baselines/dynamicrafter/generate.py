"""DynamiCrafter (256x256) behind kinemetric's process contract.

Calls the repository's own `scripts/evaluation/inference.py` on all items at once, seeds each of them, and takes the tensors that
it would write as H.264. See README.md.
"""

import os
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import process_contract as contract

REPOSITORY = "https://github.com/Doubiiu/DynamiCrafter"
COMMIT = "c453369367122d7fbb0aa38f124e76dc8fe2a91c"
VIDEO_LENGTH = 16


def main(request):
    root = contract.upstream(request, os.path.join("scripts", "evaluation"), REPOSITORY, COMMIT)
    checkpoint = os.path.join(root, request.settings["checkpoint"])
    contract.require_weights(checkpoint, "huggingface.co/Doubiiu/DynamiCrafter, model.ckpt")
    inference = contract.imported("inference")
    pending = []
    for item in request.items:
        try:
            pending.append((item, request.text_of(item)))
        except ValueError as error:
            contract.write_failure(request, item, error)
    while pending:
        begun = []
        try:
            sample_all(request, pending, inference, root, checkpoint, begun)
        except Exception as error:
            if not begun:
                raise
            # It was at work on the last that it had begun; the others are asked for again.
            contract.write_failure(request, begun[-1], error)
        pending = [(item, text) for item, text in pending if item not in begun]


def sample_all(request, pending, inference, root, checkpoint, begun):
    """Items are added to `begun` as their turn comes."""
    settings = request.settings
    synthesis, save = inference.image_guided_synthesis, inference.save_results_seperate
    started = []

    def seeded(*args, **kwargs):
        item, _ = pending[len(begun)]
        begun.append(item)
        started.append(time.monotonic())
        inference.seed_everything(item["seed"])
        return synthesis(*args, **kwargs)

    def take(prompt, samples, filename, fakedir, **_):
        item, _ = pending[int(filename.split(".")[0])]
        # [1, 3, frames, H, W] in [-1, 1]
        video = samples.detach().cpu().float().clamp(-1.0, 1.0).add(1.0).div(2.0).mul(255).select(0, 0)
        wanted = item["target"]["frames"]
        frames = [bytes(video.select(1, t).permute(1, 2, 0).byte().reshape(-1).tolist()) for t in range(wanted)]
        notes = ["%d frames sampled, the first %d kept" % (VIDEO_LENGTH, wanted)]
        contract.write_sample(request, item, frames, [False] * wanted, started[-1], notes)

    inference.image_guided_synthesis, inference.save_results_seperate = seeded, take
    try:
        with tempfile.TemporaryDirectory(dir=request.out, prefix=".work-") as work:
            inference.run_inference(arguments(request, pending, inference, root, checkpoint, work), 1, 0)
    finally:
        inference.image_guided_synthesis, inference.save_results_seperate = synthesis, save
    if len(begun) < len(pending):
        raise contract.Refusal(contract.INTERNAL, "%d of %d items were not made" % (len(pending) - len(begun), len(pending)))


def arguments(request, pending, inference, root, checkpoint, work):
    """What the repository's command would be given, by its own parser. Images and prompts are matched by their order alone."""
    settings = request.settings
    height, width = pending[0][0]["geometry"]["target"]
    prompts = os.path.join(work, "prompts")
    os.makedirs(prompts)
    for index, (item, _) in enumerate(pending):
        shutil.copyfile(request.image_of(item), os.path.join(prompts, "%06d.png" % index))
    with open(os.path.join(prompts, "prompts.txt"), "w", encoding="utf-8") as file:
        file.write("".join(text + "\n" for _, text in pending))
    given = {
        "ckpt_path": checkpoint,
        "config": os.path.join(root, settings["configuration"]),
        "savedir": os.path.join(work, "results"),
        "prompt_dir": prompts,
        "n_samples": 1,
        "bs": 1,
        "height": height,
        "width": width,
        "unconditional_guidance_scale": settings["guidance"],
        "ddim_steps": settings["steps"],
        "ddim_eta": settings["eta"],
        "video_length": VIDEO_LENGTH,
        "frame_stride": settings["frameStride"],
    }
    words = [word for name, value in given.items() for word in ("--" + name, str(value))]
    return inference.get_parser().parse_args(words + ["--text_input"])


if __name__ == "__main__":
    contract.run(main)
