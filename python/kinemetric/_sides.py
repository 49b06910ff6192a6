"""The two sides of a scoring as folders: the command pairs clips by their names."""

from __future__ import annotations

import os
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Sequence

from kinemetric._errors import InputError
from kinemetric._frames import Frames, Layout, frames_of
from kinemetric._png import write_png

Kind = Literal["folder", "files", "arrays"]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Side:
    """One side as it was given. `clips` is empty for a folder."""

    role: str
    kind: Kind
    folder: str
    clips: Sequence[Any]

    def where(self, index: int) -> str:
        return f"{self.role}[{index}]"


def side_of(given: Any, role: str) -> Side:
    """A folder, a list of files or a list of arrays. Raises `TypeError` for anything else, `ValueError` for an empty list."""
    if isinstance(given, (str, os.PathLike)):
        return Side(role, "folder", _folder(given, role), ())
    shape = getattr(given, "shape", None)
    if shape is not None:
        what = f"an array of shape {list(shape)}"
        if len(shape) == 5:
            raise ValueError(f"{role}: a list with one array a clip is expected, found {what}: of a batch, list(x) is one")
        raise TypeError(f"{role}: a list with one array a clip is expected, found {what}; of a single clip it is [x]")
    if isinstance(given, (bytes, bytearray, dict)) or not (hasattr(given, "__len__") and hasattr(given, "__getitem__")):
        raise TypeError(
            f"{role}: a folder, or a list of files or of arrays, is expected, found {type(given).__qualname__}"
            + ("; list(x) makes one of it" if hasattr(given, "__iter__") else "")
        )
    if len(given) == 0:
        raise ValueError(f"{role}: at least one clip is expected, found an empty list")
    return Side(role, "files" if isinstance(given[0], (str, os.PathLike)) else "arrays", "", given)


def _folder(given: str | os.PathLike[str], role: str) -> str:
    path = os.path.abspath(os.fspath(given))
    if os.path.isfile(path):
        raise InputError(f"{role}: a folder of clips is expected, found a file: {path}; of a single clip it is [file]")
    return path


def as_folders(generated: Side, reference: Side, names: Sequence[str] | None, layout: Layout | None, scratch: Path) -> tuple[str, str]:
    """
    Two folders that the command can score: a folder as it is, of files links, of arrays a folder of PNG files a clip.

    Lists are paired by position. Raises `TypeError` or `ValueError`, and then nothing has been scored.
    """
    lists = [side for side in (generated, reference) if side.kind != "folder"]
    if len(lists) == 2 and len(generated.clips) != len(reference.clips):
        raise ValueError(f"as many generated clips as references are expected, found {len(generated.clips)} and {len(reference.clips)}")
    if len(lists) == 1 and names is None:
        other = generated if lists[0] is reference else reference
        raise ValueError(
            f"{lists[0].role} is a list, whose clips are paired by position, and {other.role} a folder, whose clips are paired by name: "
            "give the list's names with names=[…], or both as lists"
        )
    if not lists:
        if names is not None:
            raise ValueError("names: of lists alone; clips of folders are called by their files")
        return generated.folder, reference.folder
    places = {side.role: scratch / side.role for side in lists}
    for place in places.values():
        place.mkdir()
    for index, name in enumerate(_names(lists, names)):
        # Both sides of a clip before the next one: what does not fit is said early.
        shapes = [_put(side, index, places[side.role] / name, layout) for side in lists]
        _require_alike(index, name, shapes)
    return str(places.get("generated", generated.folder)), str(places.get("reference", reference.folder))


def _require_alike(index: int, name: str, shapes: Sequence[Shape | None]) -> None:
    known = [shape for shape in shapes if shape is not None]
    if len(set(known)) > 1:
        raise ValueError(f"clip {index} ({name}): both sides alike are expected, found {_text(known[0])} generated and {_text(known[1])} of the reference")


def _names(lists: Sequence[Side], names: Sequence[str] | None) -> list[str]:
    count = len(lists[0].clips)
    if names is not None:
        if isinstance(names, (str, bytes)) or not all(isinstance(name, str) for name in names):
            raise TypeError("names: a list of strings is expected")
        if len(names) != count:
            raise ValueError(f"names: as many as clips are expected, {count}, found {len(names)}")
        odd = next((name for name in names if not _is_name(name)), None)
        if odd is not None:
            raise ValueError(f"names: a name of a file is expected, without / and not beginning with a point, found {odd!r}")
        if len(set(map(_folded, names))) < count:
            raise ValueError("names: each once, whatever the case of its letters")
        return list(names)
    # References are called the same whatever is scored against them.
    for side in reversed(lists):
        if side.kind == "files":
            stems = [Path(os.fspath(file)).stem if isinstance(file, (str, os.PathLike)) else "" for file in side.clips]
            if all(map(_is_name, stems)) and len(set(map(_folded, stems))) == count:
                return stems
    return [f"clip-{index:0{len(str(count - 1))}}" for index in range(count)]


def _is_name(name: str) -> bool:
    return 0 < len(name.encode()) <= 200 and not name.startswith(".") and not any(mark in name for mark in '/\\:*?"<>|\0') and name.isprintable()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _put(side: Side, index: int, place: Path, layout: Layout | None) -> Shape | None:
    """Puts a clip there, with the ending of its file. Returns the shape of an array; of files the command says it."""
    clip = side.clips[index]
    is_file = isinstance(clip, (str, os.PathLike))
    if is_file != (side.kind == "files"):
        found = "a path" if is_file else type(clip).__qualname__
        raise TypeError(f"{side.where(index)}: {side.kind} alone are expected in this list, found {found}")
    if is_file:
        _link(os.path.abspath(os.fspath(clip)), place, side.where(index))
        return None
    frames = frames_of(clip, layout, side.where(index))
    _write(frames, place)
    return frames.shape


def _text(shape: Shape) -> str:
    return f"{shape[0]} {'frame' if shape[0] == 1 else 'frames'} of {shape[1]}x{shape[2]} (height x width)"


def _link(target: str, place: Path, where: str) -> None:
    if not os.path.exists(target):
        raise InputError(f"{where}: a video file or a folder of frames is expected, found nothing: {target}")
    is_folder = os.path.isdir(target)
    named = place if is_folder else place.with_name(place.name + os.path.splitext(target)[1])
    try:
        os.symlink(target, named, target_is_directory=is_folder)
    except (OSError, NotImplementedError):  # Windows lets only some link
        if is_folder:
            shutil.copytree(target, named)
        else:
            shutil.copy2(target, named)


def _write(frames: Frames, folder: Path) -> None:
    folder.mkdir()
    count, height, width = frames.shape
    digits = len(str(count - 1))
    for index, rgb in enumerate(frames.rgb()):
        write_png(folder / f"{index:0{digits}}.png", rgb, height, width)
