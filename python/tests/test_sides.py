"""Two sides of lists become two folders whose clips pair by name; what cannot be paired is refused before anything is scored."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from kinemetric._frames import require_layout
from kinemetric._sides import as_folders, side_of
from tests.frames import noise, read_png

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]


class Folders(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)

    def folders(self, generated: Any, reference: Any, names: Any = None) -> tuple[str, str]:
        sides = side_of(generated, "generated"), side_of(reference, "reference")
        return as_folders(*sides, names, None, Path(tempfile.mkdtemp(dir=self.home)))

    def file(self, name: str, text: str = "") -> str:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def refused(self, kind: type[Exception], words: str, *given: Any) -> None:
        with self.assertRaisesRegex(kind, words):
            self.folders(*given)

    def test_folders_are_taken_as_they_are(self) -> None:
        self.assertEqual(self.folders(self.home, str(self.home)), (str(self.home), str(self.home)))

    def test_files_are_paired_by_position_and_called_as_the_references_are(self) -> None:
        generated = [self.file("g/x.mp4", "1"), Path(self.file("g/y.webm", "2"))]
        reference = [self.file("r/b.mkv"), self.file("r/a.mkv")]
        found, references = self.folders(generated, reference)
        self.assertEqual(sorted(os.listdir(references)), ["a.mkv", "b.mkv"])
        self.assertEqual({name: Path(found, name).read_text() for name in os.listdir(found)}, {"b.mp4": "1", "a.webm": "2"})

    def test_files_of_one_name_are_counted(self) -> None:
        found, _ = self.folders([self.file("g/1/x.mp4"), self.file("g/2/x.mp4")], [self.file("r/1/X.mp4"), self.file("r/2/x.mp4")])
        self.assertEqual(sorted(os.listdir(found)), ["clip-0.mp4", "clip-1.mp4"])

    def test_lists_are_checked(self) -> None:
        one = self.file("one.mp4")
        self.refused(ValueError, "found an empty list", [], [])
        self.refused(ValueError, "as many generated clips as references are expected, found 1 and 2", [one], [one, one])
        self.refused(ValueError, r"generated\[1\]: .*found nothing: .*none.mp4", [one, str(self.home / "none.mp4")], [one, one])
        self.refused(ValueError, "a folder of clips is expected, found a file", one, self.home)
        self.refused(ValueError, r"reference is a list.*and generated a folder.*names=\[", self.home, [one])
        self.refused(TypeError, r"generated\[1\]: files alone are expected in this list, found int", [one, 5], [one, one])
        self.refused(TypeError, "found dict", {}, [one])
        self.refused(TypeError, r"found generator; list\(x\)", (each for each in [one]), [one])

    def test_names_are_checked(self) -> None:
        one = self.file("one.mp4")
        for names, words in [(["a"], "as many as clips"), (["a", "A"], "each once"), (["a", "../b"], "name of a file"), (["a", ".b"], "not beginning")]:
            self.refused(ValueError, words, [one, one], [one, one], names)
        self.refused(TypeError, "a list of strings", [one, one], [one, one], "ab")
        self.refused(ValueError, "of lists alone", self.home, self.home, ["a"])
        found, _ = self.folders([one, one], [one, one], ["clip 2", "clip 10"])
        self.assertEqual(sorted(os.listdir(found)), ["clip 10.mp4", "clip 2.mp4"])

    def test_a_layout_is_one_of_two(self) -> None:
        with self.assertRaisesRegex(ValueError, "'TCHW' or 'THWC' is expected, found 'NCTHW'"):
            require_layout("NCTHW")

    @unittest.skipIf(numpy is None, "NumPy is not installed")
    def test_arrays_become_pictures_that_hold_the_same_bytes(self) -> None:
        data = noise(11, 4, 5)
        array = numpy.frombuffer(data, numpy.uint8).reshape(11, 4, 5, 3)
        found, reference = self.folders([array], [array[::-1]])
        clip = Path(found, "clip-0")
        self.assertEqual(sorted(os.listdir(clip)), [f"{index:02}.png" for index in range(11)])
        pictures = [read_png(clip / name) for name in sorted(os.listdir(clip))]
        self.assertEqual([picture[:2] for picture in pictures], [(4, 5)] * 11)
        self.assertEqual(b"".join(picture[2] for picture in pictures), data)
        self.assertEqual(read_png(Path(reference, "clip-0", "10.png"))[2], array[0].tobytes())

    @unittest.skipIf(numpy is None, "NumPy is not installed")
    def test_arrays_are_checked_pair_by_pair(self) -> None:
        def zeros(count: int, height: int = 4) -> Any:
            return numpy.zeros((count, height, 5, 3), numpy.uint8)

        self.refused(ValueError, r"clip 1 \(clip-1\).*found 2 frames of 4x5 .* generated and 3 frames of 4x5", [zeros(2), zeros(2)], [zeros(2), zeros(3)])
        self.refused(ValueError, "1 frame of 4x5 .* generated and 1 frame of 6x5", [zeros(1)], [zeros(1, 6)], ["z"])
        self.refused(TypeError, r"an array of shape \[2, 4, 5, 3\]; of a single clip it is \[x\]", zeros(2), zeros(2))
        self.refused(ValueError, r"of a batch, list\(x\) is one", zeros(2)[None], zeros(2)[None])


if __name__ == "__main__":
    unittest.main()
