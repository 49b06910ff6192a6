"""SSIM and PSNR of one pair of raw clips by scikit-image, as JSON: image_scikit.py FRAMES HEIGHT WIDTH GENERATED REFERENCE.

Called by write-image-scikit.ts.
"""

import json
import sys

import numpy as np
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

frames, height, width = (int(text) for text in sys.argv[1:4])
generated, reference = (np.fromfile(path, np.uint8).reshape(frames, height, width, 3) for path in sys.argv[4:6])
gaussian = dict(gaussian_weights=True, use_sample_covariance=False, sigma=1.5)
pairs = list(zip(generated, reference))
print(
    json.dumps(
        {
            "version": skimage.__version__,
            "psnr": [peak_signal_noise_ratio(b, a, data_range=255) for a, b in pairs],
            "gaussian-valid": [structural_similarity(a, b, data_range=255, channel_axis=-1, **gaussian) for a, b in pairs],
            "uniform-7": [structural_similarity(a, b, data_range=255, channel_axis=-1) for a, b in pairs],
        }
    )
)
