"""Times the reference's CoTrackerPredictor (PyTorch) on the frames, points and weights that bench/cotracker3.ts gives it.

    python cotracker3.py CO_TRACKER_CHECKOUT TASK.json ANSWER.json
"""

import json
import resource
import sys
import time

import numpy as np
import torch

checkout, task_path, answer_path = sys.argv[1:]
sys.path.insert(0, checkout)
from cotracker.predictor import CoTrackerPredictor  # noqa: E402

task = json.load(open(task_path))
torch.set_num_threads(task["threads"])
length, height, width = task["shape"]
pixels = np.fromfile(task["clip"], dtype=np.uint8).reshape(length, height, width, 3)
video = torch.from_numpy(pixels).permute(0, 3, 1, 2)[None].float()
queries = torch.tensor([task["queries"]], dtype=torch.float32)
predictor = CoTrackerPredictor(checkpoint=task["weights"], offline=True, window_len=60)

times = []
tracks, _ = predictor(video, queries=queries)
for _ in range(task["repeats"]):
    wall, processor = time.perf_counter(), time.process_time()
    tracks, _ = predictor(video, queries=queries)
    times.append({"wall": time.perf_counter() - wall, "processor": time.process_time() - processor})

json.dump(
    {
        "torch": torch.__version__,
        "times": times,
        "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "tracks": tracks[0].permute(1, 0, 2).flatten().double().tolist(),
    },
    open(answer_path, "w"),
)
