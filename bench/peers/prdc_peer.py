"""prdc 0.2 (clovaai) beside `kinemetric distance --metrics precision,recall,density,coverage` on the same rows.

pip install prdc==0.2 scikit-learn==1.9.1 numpy==2.4.6; python bench/peers/prdc_peer.py <folder for the rows>
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from prdc import compute_prdc

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(0)
for m, n, dimension, k in [(377, 377, 2048, 5), (1000, 1500, 512, 3), (3000, 3000, 64, 10)]:
    # Rows near a subspace, as features are: all four numbers then move.
    mix = random.normal(size=(12, dimension))
    real = (random.normal(size=(n, 12)) @ mix + 0.3 * random.normal(size=(n, dimension))).astype(np.float32)
    fake = ((0.9 * random.normal(size=(m, 12)) + 0.2) @ mix + 0.3 * random.normal(size=(m, dimension))).astype(np.float32)
    np.save(folder / "real.npy", real)
    np.save(folder / "fake.npy", fake)
    start = time.process_time()
    theirs = compute_prdc(real_features=real, fake_features=fake, nearest_k=k)
    seconds = time.process_time() - start
    names = ["precision", "recall", "density", "coverage"]
    command = ["npx", "kinemetric", "distance", "--generated", str(folder / "fake.npy"), "--reference", str(folder / "real.npy")]
    command += ["--metrics", ",".join(names), "--any-dimension", "--no-interval", "--json"]
    command += [part for name in names for part in ("--set", f"{name}.k={k}")]
    ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    values = {score["metric"]: score["value"] for score in ours["scores"]}
    for name in names:
        print(f"{m} x {n}, {dimension} dimensions, k {k}: {name} {theirs[name]:.6f}, ours {values[name]:.6f}, apart {abs(theirs[name] - values[name]):.1e}")
    print(f"prdc: {seconds:.1f} s of processor time")
