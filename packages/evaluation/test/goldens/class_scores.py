"""Scores by class, computed apart from kinemetric: python3 class_scores.py > class-scores.json (numpy 2.4.6, scipy 1.17.1).

A class's value is what the metric makes of the class's clips alone. Its interval is Student's over source videos with Hall's transformation
(P. Hall, J. R. Statist. Soc. B 54 (1992) 221); clips of one video are one unit, u_g = x + (G / sum w) sum_{i in g} w_i (x_i - x).
"""

import json
import numpy as np
from scipy import stats

SIZES = {"many": 13, "five": 5, "pairs": 6, "one": 1, "": 2}
FRAMES = 3


def inputs():
    clips = []
    for name, size in SIZES.items():
        for k in range(size):
            at = len(clips)
            # Of `many` the first four clips are of two videos, of `pairs` each two.
            video = {"many": f"many-{k // 2}" if k < 4 else None, "pairs": f"pairs-{k // 2}"}.get(name)
            clips.append(
                {
                    "clip": f"clip {at}",
                    "class": name,
                    "unit": video,
                    "weight": 1 + at % 3,
                    "psnr": [round(24 + 6 * np.sin(1.7 * at) + np.cos(0.9 * t + at), 3) for t in range(FRAMES)],
                    "other": [round(23.5 + 6 * np.sin(1.7 * at) + np.cos(1.1 * t + 2 * at), 3) for t in range(FRAMES)],
                    "share": round(float(0.5 + 0.45 * np.sin(2.3 * at)), 3),
                }
            )
    return clips


def units(x, w, of):
    mean = np.sum(w * x) / np.sum(w)
    if of is None:
        return mean, x
    ids = sorted(set(of))
    values = np.full(len(ids), mean)
    for xi, wi, unit in zip(x, w, of):
        values[ids.index(unit)] += len(ids) / np.sum(w) * wi * (xi - mean)
    return mean, values


def hall(values, low=-np.inf, high=np.inf):
    n = len(values)
    if n < 5:
        return None
    mean, se = values.mean(), values.std(ddof=1) / np.sqrt(n)
    a = stats.skew(values) / np.sqrt(n)
    q = stats.t.ppf(0.975, n - 1)
    transform = lambda z: z if abs(a) < 1e-9 else 3 / a * (np.cbrt(1 + a * (z - a / 6)) - 1)
    return [max(low, mean - transform(q) * se), min(high, mean - transform(-q) * se)]


def score(clips, x, w=None, low=-np.inf, high=np.inf, back=None):
    if not clips:
        return None
    of = [c["unit"] or c["clip"] for c in clips]
    shared = any(c["unit"] for c in clips)
    weights = np.ones(len(x)) if w is None else w
    mean, values = units(np.array(x, float), weights, of if shared or w is not None else None)
    interval = hall(values, low, high)
    if back:
        mean, interval = back(mean), interval and sorted(back(end) for end in interval)
    return {"value": mean, "n": len(clips), "units": len(set(of)), "interval": interval}


def mse(psnr):
    return 255**2 / 10 ** (np.array(psnr) / 10)


def main():
    clips = inputs()
    groups = {name: [c for c in clips if c["class"] == name] for name in SIZES}
    groups["all"] = clips
    db = lambda error: 10 * np.log10(255**2 / error)
    expected = {}
    for name, own in groups.items():
        pooled = np.array([mse(c["psnr"]).mean() for c in own])
        expected[name] = {
            "frame-mean": score(own, [np.mean(c["psnr"]) for c in own], low=0),
            "pooled": score(own, pooled, low=0, high=255**2, back=db),
            "weighted": score(own, [c["share"] for c in own], np.array([c["weight"] for c in own], float), 0, 1),
            "difference": score(own, [np.mean(c["psnr"]) - np.mean(c["other"]) for c in own]),
        }
    origin = "class_scores.py beside this file: numpy 2.4.6, scipy 1.17.1; formulas of STATISTICS written anew"
    tolerance = "1e-9 relative: float64 in another order of sums, and quantiles of Student's t by another series"
    json.dump({"origin": origin, "tolerance": tolerance, "clips": clips, "expected": expected}, __import__("sys").stdout, indent=1)


main()
