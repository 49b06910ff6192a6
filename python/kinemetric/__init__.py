"""Score generated videos against real ones: image quality, motion and distribution, with signatures and intervals.

    import kinemetric
    result = kinemetric.score(generated="gens/", reference="refs/", metrics=["psnr", "ssim"])
    result["psnr"].value

No metric is computed here: this package hands its input to the `kinemetric` command, which it carries, and reads what that says.
"""

from kinemetric._errors import CommandFailed, InputError, KinemetricError, MissingWeights, NodeMissing, SomeClipsFailed
from kinemetric._result import Failure, Interval, Result, Score
from kinemetric._score import score
from kinemetric._version import __version__

__all__ = [
    "CommandFailed",
    "Failure",
    "InputError",
    "Interval",
    "KinemetricError",
    "MissingWeights",
    "NodeMissing",
    "Result",
    "Score",
    "SomeClipsFailed",
    "__version__",
    "score",
]
