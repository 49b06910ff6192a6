"""`kinemetric score` as a function."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings as python_warnings
from pathlib import Path
from typing import Any, Sequence

from kinemetric._errors import InputError, SomeClipsFailed
from kinemetric._frames import Layout, require_layout
from kinemetric._result import Result, result_of
from kinemetric._run import run
from kinemetric._sides import Side, as_folders, side_of


def score(
    *,
    generated: Any,
    reference: Any,
    metrics: str | Sequence[str] | None = None,
    layout: Layout | None = None,
    names: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    method: str | None = None,
    progress: bool | None = None,
    options: Sequence[str] = (),
) -> Result:
    """
    Scores generated clips against their references, as `kinemetric score` does.

    generated, reference: each a folder of videos or of folders of frames; a list of such files; or a list with one array a clip. Clips of
        folders are paired by name, of lists by position. An array is `uint8`, or floating point in [0, 1], which is multiplied by 255 and
        rounded (ties to even). A NumPy array is [T, H, W, 3], a torch tensor, on any device, [T, 3, H, W].
    metrics: `["psnr", "ssim"]`, with recipes where another than the first is meant (`"psnr:pooled"`); `"all"`; None for the usual ones that
        can be scored here.
    layout: "TCHW" or "THWC", where arrays lie otherwise than above.
    names: what the clips of lists are called in the result; without, as their files are, or `clip-0`, `clip-1`, …
    out: the results folder that keeps the record, its per-clip table and what an interrupted run had done; without, nothing is kept.
    overwrite: replaces a record that is there.
    method: the generator's id in the record.
    progress: whether standard error says how far it is; None: where that is a terminal.
    options: further words of the command line: `["--jobs", "2"]`.

    Returns a `Result`: `result["psnr"].value`. Where some clips failed, their failures are in it, and `SomeClipsFailed` warns.

    Raises `TypeError` for a type that is not taken; `ValueError` (as `InputError`, where the command says it) for anything else wrong with the
    input, and where no clip at all could be scored; `MissingWeights`, `NodeMissing`, `CommandFailed`.
    """
    require_layout(layout)
    sides = (side_of(generated, "generated"), side_of(reference, "reference"))
    with tempfile.TemporaryDirectory(prefix="kinemetric-") as scratch:
        folders = as_folders(*sides, names, layout, Path(scratch))
        arguments = [
            "score",
            f"--generated={folders[0]}",
            f"--reference={folders[1]}",
            f"--out={os.path.abspath(os.fspath(out)) if out is not None else os.path.join(scratch, 'results')}",
            *_metrics(metrics),
            *([f"--method={method}"] if method is not None else []),
            *(["--overwrite"] if overwrite else []),
            "--per-clip",
            *options,
        ]
        said = json.loads(run(arguments, progress=sys.stderr.isatty() if progress is None else progress))
        result = result_of(said, kept=out is not None)
    _require_clips(result, sides)
    return result


def _metrics(metrics: str | Sequence[str] | None) -> list[str]:
    if metrics is None:
        return []
    listed = [metrics] if isinstance(metrics, str) else list(metrics)
    if not all(isinstance(metric, str) for metric in listed):
        raise TypeError("metrics: a list of names is expected: ['psnr', 'ssim']")
    if not listed:
        raise ValueError("metrics: at least one is expected, found an empty list")
    return [f"--metrics={','.join(listed)}"]


def _require_clips(result: Result, sides: tuple[Side, Side]) -> None:
    """No clip is left out without a word. Raises `InputError` where none was scored, or where one of a list was not seen as a clip."""
    clips = result.record["clips"]
    listed = next((len(side.clips) for side in sides if side.kind != "folder"), clips["total"])
    said = "; ".join(f"{failure.clip}: {failure.message}" for failure in result.failures[:5])
    more = "" if len(result.failures) <= 5 else f"; and {len(result.failures) - 5} more"
    if clips["total"] != listed:
        raise InputError(f"{listed} clips were given and {clips['total']} seen as videos or folders of frames" + (f": {said}{more}" if said else ""))
    # A clip counts as scored where it could be read; of one that is too small for each metric there is still no number.
    if clips["scored"] == 0 or (result.failures and all(score.value is None for score in result.values())):
        raise InputError(f"none of {clips['total']} clips could be scored: {said}{more}")
    if result.failures:
        partly = ", not all by every metric" if clips["scored"] == clips["total"] else ""
        python_warnings.warn(SomeClipsFailed(f"{clips['scored']} of {clips['total']} clips scored{partly}; {said}{more}"), stacklevel=3)
