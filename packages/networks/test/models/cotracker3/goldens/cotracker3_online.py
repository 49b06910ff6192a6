"""Writes cotracker3-online.json: tracks of the reference's online predictor with the formula weights of test/formula-weights.ts.

Needs PyTorch and a checkout of facebookresearch/co-tracker (82e02e8), whose code is only run:
    python cotracker3_online.py /path/to/co-tracker > cotracker3-online.json
"""

import json
import sys

import numpy as np
import torch

sys.path.insert(0, sys.argv[1])
from cotracker.models.build_cotracker import build_cotracker  # noqa: E402
from cotracker.predictor import CoTrackerOnlinePredictor  # noqa: E402


def formula(name, shape):
    """Tensor of test/formula-weights.ts: a linear congruential generator seeded by the name's FNV-1a hash."""
    state = 0x811C9DC5
    for byte in name.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    count = int(np.prod(shape))
    states = np.empty(count, dtype=np.uint64)
    states[0] = (1664525 * state + 1013904223) % 2**32
    factor, addend, filled = 1664525, 1013904223, 1
    while filled < count:  # x_{i+k} = factor x_i + addend, k doubling
        some = min(filled, count - filled)
        states[filled : filled + some] = (states[:some] * np.uint64(factor) + np.uint64(addend)) % np.uint64(2**32)
        filled += some
        factor, addend = factor * factor % 2**32, (factor * addend + addend) % 2**32
    r = states / 2.0**31 - 1
    if "virual_tracks" in name:
        r = 0.5 * r
    elif len(shape) >= 2:
        r = np.sqrt(6 / np.prod(shape[1:])) * r * (0.05 if "flow_head" in name or "vis_conf_head" in name else 1)
    elif name.endswith(".weight"):
        r = 1 + 0.1 * r
    else:
        r = 0.05 * r
    return torch.from_numpy(r.astype(np.float32).reshape(shape))


def clip(length):
    t, y, x, c = np.meshgrid(np.arange(length), np.arange(64), np.arange(96), np.arange(3), indexing="ij")
    wave = np.sin(0.11 * (x - 1.5 * t) + 0.07 * y + 0.9 * c) * np.cos(0.05 * x - 0.09 * (y + 0.5 * t))
    frames = np.floor(127.5 + 100 * wave + 0.5).astype(np.float32)
    return torch.from_numpy(frames).permute(0, 3, 1, 2)[None]


def main():
    torch.manual_seed(0)
    model = build_cotracker(None, offline=False, window_len=16)
    model.load_state_dict(
        {k: v if k == "time_emb" else formula(k, list(v.shape)) for k, v in model.state_dict().items()}
    )
    predictor = CoTrackerOnlinePredictor(checkpoint=None)
    predictor.model = model.eval()
    cases = []
    for length, grid, queries in (
        (14, False, [[0, 20, 15], [3, 47.5, 31.25]]),
        (21, False, [[0, 20, 15], [9, 47.5, 31.25], [18, 80, 50], [7, 5, 60]]),
        (25, True, [[0, 20, 15], [24, 30, 40]]),
    ):
        video = clip(length)
        given = torch.tensor([queries], dtype=torch.float32)
        predictor(video, is_first_step=True, queries=given, add_support_grid=grid)
        for start in range(0, max(length - predictor.step, 1), predictor.step):
            chunk = video[:, start : start + 2 * predictor.step]
            tracks, visible = predictor(chunk, add_support_grid=grid)
        cases.append(
            {
                "length": length,
                "supportGrid": grid,
                "queries": queries,
                # [N][T][x, y] of the original frame
                "tracks": np.round(tracks[0].permute(1, 0, 2).double().numpy(), 4).tolist(),
                "visible": visible[0].T.int().tolist(),
            }
        )
    print(json.dumps({"torch": torch.__version__, "cases": cases}))


main()
