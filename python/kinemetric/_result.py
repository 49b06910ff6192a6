"""What was scored, typed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Interval:
    """Where the value may lie: an interval of this level, in the score's unit."""

    low: float
    high: float
    level: float
    method: str

    def __iter__(self) -> Iterator[float]:
        """`low, high = interval`"""
        return iter((self.low, self.high))


@dataclass(frozen=True)
class Failure:
    """A clip that could not be scored, or not by one metric."""

    clip: str
    reason: str
    message: str


@dataclass(frozen=True)
class Score:
    """One metric under one recipe, over all clips."""

    metric: str
    recipe: str
    value: float | None
    """None where it has none: `warnings` say why."""
    interval: Interval | None
    """None where there are too few clips, or the metric has none: `warnings` say why."""
    signature: str
    """Every setting that changes the number."""
    unit: str
    better: str
    """`higher` or `lower`."""
    n: int
    """What the value is a mean of, or a distance between: clips, or rows of features."""
    values: Mapping[str, float | None] = field(repr=False)
    """The clips' own values, by name and in the order of names; empty for metrics that have a value of the whole set alone."""
    warnings: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)
    """The record's own entry, with all that stands in it."""

    def __repr__(self) -> str:
        value = "no value" if self.value is None else f"{self.value:.6g}{f' {self.unit}' if self.unit else ''}"
        within = "" if self.interval is None else f" [{self.interval.low:.6g}, {self.interval.high:.6g}]"
        return f"<{self.metric}:{self.recipe} {value}{within}, n={self.n}>"


@dataclass(frozen=True, repr=False)
class Result(Mapping[str, Score]):
    """
    Scores by metric: `result["psnr"].value`; with the recipe (`result["psnr:pooled"]`) where a metric has several.

    Goes through the names that were asked for: `for name, score in result.items()`.
    """

    scores: tuple[Score, ...]
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...]
    """What has to be known although it was scored."""
    record: Mapping[str, Any]
    """The whole record, as its JSON file has it."""
    path: Path | None
    """Where the record is; None where `out` was not given, and nothing is kept."""

    def __getitem__(self, name: str) -> Score:
        metric, _, recipe = name.partition(":")
        found = [score for score in self.scores if score.metric == metric and recipe in ("", score.recipe)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(self)
        raise KeyError(f"{name}: {'several recipes' if found else 'not scored'}; there is {known}")

    def __iter__(self) -> Iterator[str]:
        metrics = [score.metric for score in self.scores]
        return iter([s.metric if metrics.count(s.metric) == 1 else f"{s.metric}:{s.recipe}" for s in self.scores])

    def __len__(self) -> int:
        return len(self.scores)

    def __repr__(self) -> str:
        failed = f", failures={len(self.failures)}" if self.failures else ""
        return f"Result({', '.join(map(repr, self.scores))}{failed})"

    def frame(self) -> pandas.DataFrame:
        """
        The clips' own values as a pandas frame: a row a clip, a column a metric; NaN where a clip has none.

        Raises `ImportError` where pandas is not installed: this package does not bring it.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("Result.frame() makes a pandas frame: pip install pandas; `values` of a score has the same as a dict") from error
        columns = {name: self[name].values for name in self if self[name].values}
        clips = list(dict.fromkeys(clip for values in columns.values() for clip in values))
        data = {name: [values.get(clip) for clip in clips] for name, values in columns.items()}
        frame: pandas.DataFrame = pandas.DataFrame(data, index=pandas.Index(clips, name="clip"), dtype="float64")
        return frame


def result_of(said: Mapping[str, Any], kept: bool) -> Result:
    """The result of what `kinemetric score --json --per-clip` prints. `kept`: whether its files stay."""
    record = {key: value for key, value in said.items() if key not in ("table", "record", "run", "perClip")}
    per_clip = {(each["metric"], each["recipe"]): each["clips"] for each in said.get("perClip", [])}
    run = said.get("run") or {}
    return Result(
        scores=tuple(_score(each, per_clip.get((each["metric"], each["recipe"]), [])) for each in said["scores"]),
        failures=tuple(Failure(each["clip"], each["reason"], each["message"]) for each in said["failures"]),
        warnings=tuple(run.get("warnings", ())),
        record=record,
        path=Path(said["record"]) if kept else None,
    )


def _score(raw: Mapping[str, Any], clips: list[Mapping[str, Any]]) -> Score:
    interval = raw.get("interval")
    return Score(
        metric=raw["metric"],
        recipe=raw["recipe"],
        value=_number(raw["value"]),
        interval=None if interval is None else _interval(interval),
        signature=raw["signature"],
        unit=raw["unit"],
        better=raw["better"],
        n=raw["n"],
        values={sys.intern(each["clip"]): _number(each["value"]) for each in clips},
        warnings=tuple(raw.get("warnings", ())),
        raw=raw,
    )


def _interval(raw: Mapping[str, Any]) -> Interval:
    return Interval(float(raw["low"]), float(raw["high"]), float(raw["level"]), raw["method"])


def _number(value: float | None) -> float | None:
    """JSON has one kind of number: 100 dB comes as a whole one."""
    return None if value is None else float(value)
