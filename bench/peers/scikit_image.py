"""SSIM and PSNR of raw clips with scikit-image, timed: the peer of bench/image-metrics.ts.

Usage: scikit_image.py FRAMES HEIGHT WIDTH REPEATS PROCESSES GENERATED.raw REFERENCE.raw
The raw files hold CLIPS x FRAMES x HEIGHT x WIDTH x 3 bytes. Prints one JSON object: versions, seconds on the clock and of
processor time per repeat over all clips, and per clip and frame the values of both metrics.
"""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import scipy
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def measure(pair):
    start = sum(os.times()[:2])
    generated, reference = pair
    ssim = [
        structural_similarity(
            a, b, gaussian_weights=True, use_sample_covariance=False, sigma=1.5, data_range=255, channel_axis=-1
        )
        for a, b in zip(generated, reference)
    ]
    psnr = [peak_signal_noise_ratio(b, a, data_range=255) for a, b in zip(generated, reference)]
    return ssim, psnr, sum(os.times()[:2]) - start


def main():
    frames, height, width, repeats, processes = (int(text) for text in sys.argv[1:6])
    generated, reference = (
        np.fromfile(path, dtype=np.uint8).reshape(-1, frames, height, width, 3) for path in sys.argv[6:8]
    )
    pairs = list(zip(generated, reference))
    seconds, processor_seconds = [], []
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(measure, pairs[:processes]))  # the processes exist and have imported everything
        for _ in range(repeats):
            start = time.perf_counter()
            values = list(pool.map(measure, pairs)) if processes > 1 else [measure(pair) for pair in pairs]
            seconds.append(time.perf_counter() - start)
            processor_seconds.append(sum(value[2] for value in values))
    versions = {"scikit-image": skimage.__version__, "scipy": scipy.__version__, "numpy": np.__version__}
    ssim, psnr, _ = zip(*values)
    print(json.dumps({"versions": versions, "seconds": seconds, "processor_seconds": processor_seconds, "ssim": ssim, "psnr": psnr}))


main()
