"""What the command prints, typed."""

from __future__ import annotations

import json
import math
import unittest
from typing import Any

from kinemetric._result import Result, result_of

try:
    import pandas
except ImportError:
    pandas = None  # type: ignore[assignment]


def entry(metric: str, recipe: str, value: Any, **more: Any) -> dict[str, Any]:
    return {
        "metric": metric,
        "recipe": recipe,
        "value": value,
        "unit": "dB" if metric == "psnr" else "",
        "better": "higher",
        "n": 2,
        "interval": None,
        "signature": f"{metric}|recipe:{recipe}|v:1",
        **more,
    }


def result(*scores: dict[str, Any], per_clip: Any = ()) -> Result:
    said = {
        "schema": "kinemetric/record@1",
        "scores": scores,
        "failures": [{"clip": "b", "reason": "missing-generated", "message": "expected one, found none"}],
        "clips": {"total": 3, "scored": 2, "failed": 1},
        "table": "t.parquet",
        "record": "r.json",
        "run": {"warnings": ["beside the frames"]},
        "perClip": per_clip,
    }
    return result_of(json.loads(json.dumps(said)), kept=True)


class Results(unittest.TestCase):
    def test_a_score_is_found_by_its_metric_or_with_its_recipe(self) -> None:
        interval = {"low": 30, "high": 32.5, "level": 0.95, "method": "hall-t"}
        found = result(entry("psnr", "frame-mean", 31, interval=interval), entry("ssim", "gaussian-valid", 0.5))
        self.assertEqual((found["psnr"].value, found["psnr:frame-mean"].recipe), (31.0, "frame-mean"))
        self.assertIsInstance(found["psnr"].value, float)
        low, high = found["psnr"].interval or (0, 0)
        self.assertEqual((low, high), (30.0, 32.5))
        self.assertEqual(list(found), ["psnr", "ssim"])
        self.assertIn("psnr", found)
        self.assertNotIn("lpips", found)
        self.assertEqual(repr(found), "Result(<psnr:frame-mean 31 dB [30, 32.5], n=2>, <ssim:gaussian-valid 0.5, n=2>, failures=1)")

    def test_of_several_recipes_one_is_named(self) -> None:
        found = result(entry("psnr", "frame-mean", 31), entry("psnr", "pooled", None, warnings=["no value"]))
        self.assertEqual(list(found), ["psnr:frame-mean", "psnr:pooled"])
        self.assertIsNone(found["psnr:pooled"].value)
        self.assertEqual(found["psnr:pooled"].warnings, ("no value",))
        with self.assertRaisesRegex(KeyError, "psnr: several recipes; there is psnr:frame-mean, psnr:pooled"):
            found["psnr"]
        with self.assertRaisesRegex(KeyError, "fvd: not scored"):
            found["fvd"]

    def test_the_record_is_there_whole_without_what_was_said_beside_it(self) -> None:
        found = result(entry("psnr", "frame-mean", 31))
        self.assertEqual(set(found.record), {"schema", "scores", "failures", "clips"})
        self.assertEqual((str(found.path), found.warnings, found.failures[0].clip), ("r.json", ("beside the frames",), "b"))

    def test_clips_own_values_stand_in_order_and_in_a_frame_of_pandas(self) -> None:
        per_clip = [
            {"metric": "psnr", "recipe": "frame-mean", "clips": [{"clip": "10", "value": 30}, {"clip": "9", "value": 32}]},
            {"metric": "ssim", "recipe": "gaussian-valid", "clips": [{"clip": "10", "value": None}, {"clip": "9", "value": 0.5}]},
            {"metric": "psnr", "recipe": "frame-mean+unrelated", "clips": []},
        ]
        found = result(entry("psnr", "frame-mean", 31), entry("ssim", "gaussian-valid", 0.5), entry("fvd", "styleganv", 5), per_clip=per_clip)
        self.assertEqual(list(found["psnr"].values.items()), [("10", 30.0), ("9", 32.0)])
        self.assertEqual(found["fvd"].values, {})
        if pandas is None:
            with self.assertRaisesRegex(ImportError, "pip install pandas"):
                found.frame()
            return
        frame = found.frame()
        self.assertEqual((list(frame.columns), list(frame.index), frame.index.name), (["psnr", "ssim"], ["10", "9"], "clip"))
        self.assertEqual(frame.loc["9", "ssim"], 0.5)
        self.assertTrue(math.isnan(frame.loc["10", "ssim"]))


if __name__ == "__main__":
    unittest.main()
