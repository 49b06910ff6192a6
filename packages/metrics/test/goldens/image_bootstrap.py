"""Writes bootstrap.json: intervals by numpy and scipy over resamples drawn with PCG32 (written here from the paper's
definition), so that the generator, the percentiles and the BCa correction are checked independently of our code."""
import json, sys
import numpy as np, scipy
from scipy.stats import norm

M64 = (1 << 64) - 1
class Pcg32:
    def __init__(self, seed, seq=54):
        self.inc = (seq << 1) | 1
        self.state = 0
        self.bits(); self.state = (self.state + seed) & M64; self.bits()
    def bits(self):
        old = self.state
        self.state = (old * 6364136223846793005 + self.inc) & M64
        x = (((old >> 18) ^ old) >> 27) & 0xFFFFFFFF
        r = old >> 59
        return ((x >> r) | (x << (-r & 31))) & 0xFFFFFFFF
    def below(self, limit):
        threshold = (1 << 32) % limit
        while True:
            w = self.bits()
            if w >= threshold: return w % limit

cases = []
for n, seed, level in [(2, 0, 0.95), (5, 1, 0.9), (29, 0, 0.95), (29, 12345678901, 0.99)]:
    i = np.arange(n)
    values = np.exp(np.sin(1.7 * i) * 1.3) + 0.05 * i
    rng = Pcg32(seed)
    draws = np.array([[rng.below(n) for _ in range(n)] for _ in range(1000)])
    for name, statistic in [("mean", np.mean), ("median", np.median)]:
        dist = np.array([statistic(values[d]) for d in draws])
        observed = statistic(values)
        tails = np.array([(1 - level) / 2, (1 + level) / 2])
        percentile = np.quantile(dist, tails)
        # Efron & Tibshirani (14.14), (14.15), ties at half weight as scipy.stats.bootstrap counts them
        share = ((dist < observed - 1e-12).sum() + 0.5 * (np.abs(dist - observed) <= 1e-12).sum()) / len(dist)
        z0 = norm.ppf(share)
        jack = np.array([statistic(np.delete(values, k)) for k in range(n)])
        d = jack.mean() - jack
        a = 0.0 if (d ** 2).sum() < 1e-20 else (d ** 3).sum() / (6 * (d ** 2).sum() ** 1.5)
        z = norm.ppf(tails)
        bca = np.quantile(dist, norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))))
        cases.append(dict(n=n, seed=seed, level=level, statistic=name, observed=observed, percentile=list(percentile), bca=list(bca)))
json.dump({"origin": f"numpy {np.__version__}, scipy {scipy.__version__}; values exp(1.3 sin(1.7 i)) + 0.05 i, i = 0..n-1; 1000 resamples",
           "tolerance": 1e-9, "why": "float64 on both sides; only the order of the sums differs", "cases": cases}, sys.stdout, indent=1)
