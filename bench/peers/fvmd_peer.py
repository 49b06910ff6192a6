"""fvmd 1.0.0 (ljh0v0) beside `kinemetric distance --metrics fvmd` on the same tracks: its histograms and its distance, without its tracker.

pip download --no-deps fvmd==1.0.0 and unpack it; pip install scipy==1.17.1 numpy==2.4.6; python bench/peers/fvmd_peer.py <unpacked> <folder of fvmd-tracks.ts>
"""

import json
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np

package, tracks = Path(sys.argv[1]), Path(sys.argv[2])
# Its __init__ loads torch and a tracker; the two files that are wanted need neither.
for name in ("loguru",):
    sys.modules[name] = types.SimpleNamespace(logger=None)
module = types.ModuleType("fvmd")
module.__path__ = [str(package / "fvmd")]
sys.modules["fvmd"] = module
from fvmd.extract_motion_features import calc_hist  # noqa: E402
from fvmd.frechet_distance import calculate_fd_given_vectors  # noqa: E402


def read(side):
    files = sorted((tracks / side).glob("*.json"))
    return np.stack([np.array(json.loads(f.read_text())["tracks"], dtype=np.float32).transpose(1, 0, 2) for f in files])


def difference(field, first):
    """calc_velocity and calc_acceleration of keypoint_tracking.py, which differ in how many frames begin at 0."""
    result = np.zeros_like(field)
    result[:, first:] = field[:, first:] - field[:, first - 1 : -1]
    return result


start = time.process_time()
rows = {}
for side in ("generated", "reference"):
    positions = read(side)
    velocity = difference(positions, 1)
    b = len(positions)
    parts = {"as-released": difference(positions, 2), "paper": difference(velocity, 2)}
    first = calc_hist(velocity).reshape(b, -1)
    for recipe, second in parts.items():
        rows[side, recipe] = np.concatenate((first, calc_hist(second).reshape(b, -1)), axis=1)
theirs = {r: calculate_fd_given_vectors(rows["reference", r], rows["generated", r]) for r in ("as-released", "paper")}
seconds = time.process_time() - start
for recipe, value in theirs.items():
    begin = time.time()
    command = ["npx", "kinemetric", "distance", "--generated", str(tracks / "generated"), "--reference", str(tracks / "reference")]
    command += ["--metrics", f"fvmd:{recipe}", "--no-interval", "--json"]
    ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["scores"][0]["value"]
    print(f"{len(rows['reference', recipe])} clips, {recipe}: {value:.6f}, ours {ours:.6f}, apart {abs(ours / value - 1):.1e} relative, {abs(ours - value):.1e}; {time.time() - begin:.1f} s of the clock")
print(f"fvmd on these: {seconds:.1f} s of processor time")
