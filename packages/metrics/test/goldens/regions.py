"""Makes regions.json: PSNR and SSIM of a part of each frame, computed from their definitions in NumPy and SciPy alone. python regions.py > regions.json

Clips A and B are the formulas of golden-clips.ts. The object is a disc that leaves the frame, the driver a rectangle that is not there in frame 0.
"""

import json

import numpy as np
from scipy.ndimage import correlate1d, distance_transform_edt

T, H, W = 3, 64, 96
t, y, x, c = np.meshgrid(np.arange(T), np.arange(H), np.arange(W), np.arange(3), indexing="ij")
A = np.floor(127.5 + 100 * np.sin(0.11 * x + 0.07 * y + 0.9 * c + 0.3 * t) + 0.5)
B = np.clip(np.floor(A + 12 * np.sin(0.23 * x - 0.17 * y + 0.5 * c) + 5 * np.cos(0.4 * t) + 0.5), 0, 255)

t, y, x = np.meshgrid(np.arange(T), np.arange(H), np.arange(W), indexing="ij")
disc = (x - 30 - 40 * t) ** 2 + (y - 20) ** 2 <= 11**2
box = (t > 0) & (abs(x - 50) <= 9) & (abs(y - 40 + 5 * t) <= 6)
masks = {"object": disc, "driver": box}


def wider(mask, radius):
    return np.stack([distance_transform_edt(~m) <= radius if m.any() else m for m in mask])


def ssim_map(a, b):
    """Wang et al. 2004: Gaussian window of 11, sigma 1.5, wholly inside; the mean over the channels."""
    taps = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()

    def blur(image):
        return correlate1d(correlate1d(image, taps, axis=0), taps, axis=1)[5:-5, 5:-5]

    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma**2, blur(b * b) - mb**2, blur(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return (((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma**2 + mb**2 + c1) * (va + vb + c2))).mean(axis=2)


def luma(image):
    """BT.601 limited, rounded: MATLAB's rgb2ycbcr of uint8 images."""
    return np.floor(16 + (65.481 * image[..., 0] + 128.553 * image[..., 1] + 24.966 * image[..., 2]) / 255 + 0.5)


def values(part):
    inside, outside, dilate = part.get("inside"), part.get("outside"), part.get("dilate", 0)
    region = np.ones((T, H, W), bool)
    if inside:
        region &= wider(masks[inside], dilate)
    if outside:
        region &= ~wider(masks[outside], dilate)
    found = {"pixels": [int(r.sum()) for r in region], "psnr": [], "ssim": [], "psnr-y": []}
    for a, b, r in zip(A, B, region):
        valid = r[5:-5, 5:-5]
        found["psnr"].append(float(10 * np.log10(255**2 / ((a - b) ** 2)[r].mean())) if r.any() else None)
        found["ssim"].append(float(ssim_map(a, b)[valid].mean()) if valid.any() else None)
        cut = r[4:-4, 4:-4]
        error = ((luma(a) - luma(b)) ** 2)[4:-4, 4:-4]
        found["psnr-y"].append(float(10 * np.log10(255**2 / error[cut].mean())) if cut.any() else None)
    return found


regions = [
    {"inside": "object"},
    {"inside": "object", "dilate": 8},
    {"outside": "object", "dilate": 8},
    {"inside": "driver", "dilate": 3},
    {"inside": "driver", "outside": "object", "dilate": 5},
]
golden = {
    "source": f"the definitions in NumPy {np.__version__} and SciPy (regions.py); tolerance 1e-9: float64 both",
    "regions": [{"region": region, **values(region)} for region in regions],
}
print(json.dumps(golden, indent=1))
