"""Arrays are checked and never guessed; what comes out is what went in, to the bit."""

from __future__ import annotations

import unittest
from typing import Any

from kinemetric._frames import Layout, frames_of
from tests.frames import noise

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]
try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]


def rgb(array: Any, layout: Layout | None = None) -> tuple[tuple[int, int, int], bytes]:
    frames = frames_of(array, layout, "x")
    return frames.shape, b"".join(frames.rgb())


@unittest.skipIf(numpy is None, "NumPy is not installed")
class NumpyArrays(unittest.TestCase):
    def setUp(self) -> None:
        self.bytes = noise(3, 4, 5)
        self.array = numpy.frombuffer(self.bytes, numpy.uint8).reshape(3, 4, 5, 3)

    def test_uint8_is_taken_as_it_is(self) -> None:
        self.assertEqual(rgb(self.array), ((3, 4, 5), self.bytes))

    def test_layouts_strides_and_memory_order_change_nothing(self) -> None:
        turned = self.array.transpose(0, 3, 1, 2)
        for array, layout in [
            (turned, "TCHW"),
            (numpy.ascontiguousarray(turned), "TCHW"),
            (numpy.asfortranarray(self.array), None),
            (numpy.repeat(self.array, 2, axis=2)[:, :, ::2], None),
            (self.array[::-1].copy()[::-1], "THWC"),
        ]:
            self.assertEqual(rgb(array, layout), ((3, 4, 5), self.bytes))

    def test_floats_of_every_size_and_byte_order_come_back_to_the_bytes_they_were_made_of(self) -> None:
        every = numpy.arange(256, dtype=numpy.uint8).repeat(3).reshape(2, 8, 16, 3)
        for dtype in ("<f4", ">f4", "<f8", ">f8", "<f2", ">f2", numpy.longdouble):
            shape, found = rgb((every / 255).astype(dtype))
            self.assertEqual((shape, found), ((2, 8, 16), every.tobytes()), dtype)

    def test_floats_are_multiplied_by_255_in_their_own_precision_and_rounded_to_even(self) -> None:
        values = numpy.random.default_rng(1).random((2, 16, 16, 3), dtype=numpy.float32)
        self.assertEqual(rgb(values)[1], numpy.rint(values * 255).astype(numpy.uint8).tobytes())
        self.assertEqual(rgb(numpy.full((1, 1, 1, 3), 0.5))[1], bytes([128] * 3))
        self.assertEqual(rgb(numpy.full((1, 1, 1, 3), 2.5 / 255))[1], bytes([2] * 3))

    def refused(self, kind: type[Exception], words: str, array: Any, layout: Layout | None = None) -> None:
        with self.assertRaisesRegex(kind, words):
            frames_of(array, layout, "generated[0]")

    def test_other_ranges_are_named_and_refused(self) -> None:
        base = numpy.linspace(0, 1, 60, dtype=numpy.float32).reshape(1, 4, 5, 3)
        self.refused(ValueError, r"generated\[0\]: .*-1 to 1: that is \[-1, 1\]; \(x \+ 1\) / 2", base * 2 - 1)
        self.refused(ValueError, r"0 to 255: that is \[0, 255\] in floating point; x / 255", base * 255)
        self.refused(ValueError, r"a little outside, which is not cut off here", base * 1.001)
        self.refused(ValueError, r"a little outside", base - 0.001)
        self.refused(ValueError, r"cannot be told", base * 300 - 20)
        for bad in (numpy.nan, numpy.inf, -numpy.inf):
            spoilt = base.copy()
            spoilt[0, 2, 3, 1] = bad
            self.refused(ValueError, "NaN or infinity", spoilt)

    def test_other_types_are_named_and_refused(self) -> None:
        self.refused(TypeError, r"int64; whole numbers of 0 to 255 are made uint8 with x.astype\(numpy.uint8\)", self.array.astype(int))
        self.refused(TypeError, "bool; whole numbers", self.array > 100)
        self.refused(TypeError, "complex128$", self.array.astype(complex))
        self.refused(TypeError, "masked array", numpy.ma.masked_array(self.array))
        self.refused(TypeError, "Python objects", numpy.array([None] * 3, dtype=object))
        self.refused(TypeError, "found list; frames of one clip go into one array", [self.array[0]])
        self.refused(TypeError, "found dict", {})

    def test_other_shapes_are_named_and_refused(self) -> None:
        zeros = numpy.zeros
        self.refused(ValueError, r"five axes \[2, 3, 4, 5, 3\]: a batch\?.*list\(x\)", zeros((2, 3, 4, 5, 3), numpy.uint8))
        self.refused(ValueError, r"found 3: \[4, 5, 3\]; one frame is x\[None\]", zeros((4, 5, 3), numpy.uint8))
        self.refused(ValueError, r"a NumPy array is read as \[T, H, W, 3\].*found 5 in .*layout='TCHW' reads it", zeros((2, 3, 4, 5), numpy.uint8))
        self.refused(ValueError, "found 1 in .*grey is repeated", zeros((2, 4, 5, 1), numpy.uint8))
        self.refused(ValueError, "found 4 in .*alpha is dropped", zeros((2, 4, 5, 4), numpy.uint8))
        self.refused(ValueError, r"layout 'TCHW' is \[T, 3, H, W\].*layout='THWC' reads it", zeros((2, 4, 5, 3), numpy.uint8), "TCHW")
        for empty in ((0, 4, 5, 3), (2, 0, 5, 3), (2, 4, 0, 3)):
            self.refused(ValueError, "at least one frame of one pixel", zeros(empty, numpy.uint8))


@unittest.skipIf(torch is None, "torch is not installed")
class TorchTensors(unittest.TestCase):
    def setUp(self) -> None:
        self.bytes = noise(3, 4, 5)
        self.thwc = torch.frombuffer(bytearray(self.bytes), dtype=torch.uint8).reshape(3, 4, 5, 3)
        self.tensor = self.thwc.permute(0, 3, 1, 2)

    def test_uint8_comes_out_row_by_row_however_it_lies(self) -> None:
        for tensor, layout in [
            (self.tensor, None),
            (self.tensor.contiguous(), None),
            (self.tensor, "TCHW"),
            (self.thwc, "THWC"),
            (self.tensor.contiguous(memory_format=torch.channels_last), None),
            (self.tensor.repeat_interleave(2, 3)[..., ::2], None),
        ]:
            self.assertEqual(rgb(tensor, layout), ((3, 4, 5), self.bytes))

    def test_floats_of_every_size_come_back_to_the_bytes_they_were_made_of(self) -> None:
        every = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16).repeat(2, 3, 1, 1)
        expected = every.permute(0, 2, 3, 1).contiguous().numpy().tobytes() if numpy is not None else None
        for dtype in (torch.float32, torch.float64, torch.float16):
            found = rgb((every.double() / 255).to(dtype))
            self.assertEqual(found[0], (2, 16, 16))
            if expected is not None:
                self.assertEqual(found[1], expected, dtype)

    def test_bfloat16_is_widened_before_it_is_multiplied(self) -> None:
        tensor = torch.rand((2, 3, 8, 8), generator=torch.Generator().manual_seed(1)).bfloat16()
        self.assertEqual(rgb(tensor), rgb(tensor.float()))

    def test_gradients_and_negative_views_are_no_hindrance(self) -> None:
        tensor = torch.rand((2, 3, 8, 8), generator=torch.Generator().manual_seed(1))
        expected = rgb(tensor)
        self.assertEqual(rgb(tensor.clone().requires_grad_()), expected)
        self.assertEqual(rgb(torch.complex(tensor, -tensor).conj().imag), expected)
        with torch.inference_mode():
            self.assertEqual(rgb(tensor * 1), expected)

    def test_numpy_and_torch_make_the_same_bytes_of_the_same_numbers(self) -> None:
        if numpy is None:
            self.skipTest("NumPy is not installed")
        values = numpy.random.default_rng(2).random((2, 16, 16, 3), dtype=numpy.float32)
        self.assertEqual(rgb(torch.from_numpy(values), "THWC"), rgb(values))

    def refused(self, kind: type[Exception], words: str, tensor: Any) -> None:
        with self.assertRaisesRegex(kind, words):
            frames_of(tensor, None, "reference[2]")

    def test_other_ranges_shapes_and_types_are_named_and_refused(self) -> None:
        base = torch.linspace(0, 1, 60).reshape(1, 3, 4, 5)
        self.refused(ValueError, r"reference\[2\]: .*that is \[-1, 1\]", base * 2 - 1)
        self.refused(ValueError, r"that is \[0, 255\] in floating point", base * 255)
        self.refused(ValueError, r"that is \[-1, 1\]", (base * 2 - 1).half())
        for bad in (torch.nan, torch.inf):
            spoilt = base.clone()
            spoilt[0, 1, 2, 3] = bad
            self.refused(ValueError, "NaN or infinity", spoilt)
            self.refused(ValueError, "NaN or infinity", spoilt.bfloat16())
        self.refused(ValueError, r"a torch tensor is read as \[T, 3, H, W\].*layout='THWC' reads it", self.thwc)
        self.refused(ValueError, "five axes", base[None])
        self.refused(TypeError, r"torch.int64; whole numbers of 0 to 255 are made uint8 with x.to\(torch.uint8\)", self.tensor.long())
        self.refused(TypeError, "torch.complex64$", base.to(torch.complex64))
        self.refused(TypeError, "a sparse one", base.to_sparse())
        self.refused(TypeError, "'meta'", base.to("meta"))


if __name__ == "__main__":
    unittest.main()
