"""One array as the frames of a clip: checked, never guessed."""

from __future__ import annotations

import ctypes
import math
import sys
from dataclasses import dataclass
from typing import Any, Iterator, Literal, Protocol, get_args

Layout = Literal["TCHW", "THWC"]

_AXES: dict[str, str] = {"THWC": "[T, H, W, 3]", "TCHW": "[T, 3, H, W]"}


class Frames(Protocol):
    """The frames of a clip. Everything that can be wrong with them has been found."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, height, width."""

    def rgb(self) -> Iterator[bytes]:
        """Each frame as rows of red, green, blue, a byte each."""


def frames_of(array: Any, layout: Layout | None, where: str) -> Frames:
    """
    A NumPy array (`[T, H, W, 3]` unless `layout` says otherwise) or a torch tensor (`[T, 3, H, W]`) as frames.

    `uint8` is taken as it is. Floating point has to lie in [0, 1], is multiplied by 255 in its own precision (single precision at least) and
    rounded to the nearest whole number, ties to even. Raises `TypeError` for other types of array and of number, `ValueError` for other
    shapes and ranges; `where` begins the message.
    """
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(array, torch.Tensor):
        return _torch_frames(torch, array, layout, where)
    if numpy is not None and isinstance(array, numpy.ndarray):
        return _numpy_frames(numpy, array, layout, where)
    kind = type(array)
    name = f"{kind.__module__}.{kind.__qualname__}" if kind.__module__ != "builtins" else kind.__qualname__
    raise TypeError(f"{where}: a NumPy array or a torch tensor is expected, found {name}{_advice(array)}")


def require_layout(layout: str | None) -> None:
    """Raises `ValueError` unless it is None, "TCHW" or "THWC"."""
    if layout is not None and layout not in get_args(Layout):
        raise ValueError(f"layout: 'TCHW' or 'THWC' is expected, found {layout!r}")


def _advice(array: Any) -> str:
    if hasattr(array, "__array__") or hasattr(array, "__array_interface__") or hasattr(array, "__dlpack__"):
        return "; numpy.asarray(x) makes one of it, read as [T, H, W, 3] where layout does not say otherwise"
    if isinstance(array, (list, tuple)):
        return "; frames of one clip go into one array: numpy.stack(frames)"
    return ""


def _shape_of(found: tuple[int, ...], layout: Layout | None, usual: Layout, kind: str, where: str) -> tuple[int, int, int]:
    """Frames, height and width of a shape. Raises `ValueError` where it is none of a clip."""
    order = layout or usual
    said = f"layout {order!r} is {_AXES[order]}" if layout else f"{kind} is read as {_AXES[order]}"
    text = str(list(found))
    if len(found) == 5:
        raise ValueError(f"{where}: five axes {text}: a batch? {said}; a list has one array a clip: list(x)")
    if len(found) != 4:
        missing = "; one frame is x[None]" if len(found) == 3 else ""
        raise ValueError(f"{where}: four axes are expected ({said}), found {len(found)}: {text}{missing}")
    channels = found[3] if order == "THWC" else found[1]
    if channels != 3:
        other: Layout = "TCHW" if order == "THWC" else "THWC"
        turned = (found[3] if other == "THWC" else found[1]) == 3
        why = {1: "; grey is repeated to three first", 4: "; alpha is dropped first: it is not blended here"}.get(channels, "")
        hint = f"; layout={other!r} reads it as {_AXES[other]}" if turned else why
        raise ValueError(f"{where}: three channels are expected ({said}), found {channels} in {text}{hint}")
    frames, height, width = (found[0], found[1], found[2]) if order == "THWC" else (found[0], found[2], found[3])
    if frames == 0 or height == 0 or width == 0:
        raise ValueError(f"{where}: at least one frame of one pixel is expected ({said}), found {text}")
    return frames, height, width


def _require_unit_range(low: float, high: float, where: str) -> None:
    """Raises `ValueError` unless floating-point samples lie in [0, 1]."""
    if math.isnan(low) or math.isnan(high) or math.isinf(low) or math.isinf(high):
        raise ValueError(f"{where}: finite numbers are expected, found NaN or infinity")
    if low >= 0 and high <= 1:
        return
    found = f"{where}: floating-point samples in [0, 1] are expected, found {low:.6g} to {high:.6g}"
    if low >= -0.05 and high <= 1.05:
        raise ValueError(f"{found}: a little outside, which is not cut off here; clip or clamp to (0, 1) does it")
    if -1.05 <= low < 0 and high <= 1.05:
        raise ValueError(f"{found}: that is [-1, 1]; (x + 1) / 2 is in [0, 1]")
    if low >= 0 and high <= 255:
        raise ValueError(f"{found}: that is [0, 255] in floating point; x / 255 is in [0, 1], or round it to uint8")
    raise ValueError(f"{found}: what stands for black and what for white cannot be told")


@dataclass(frozen=True)
class _NumpyFrames:
    numpy: Any
    array: Any
    shape: tuple[int, int, int]

    def rgb(self) -> Iterator[bytes]:
        for frame in self.array:
            if frame.dtype.kind == "f":
                frame = self.numpy.rint(frame.astype(_precise(self.numpy, frame.dtype)) * 255).astype("uint8")
            yield frame.tobytes()


def _precise(numpy: Any, dtype: Any) -> Any:
    """Half precision would round the product; another byte order is none of the machine's."""
    return numpy.float32 if dtype.itemsize < 4 else dtype.newbyteorder("=")


def _numpy_frames(numpy: Any, array: Any, layout: Layout | None, where: str) -> Frames:
    if isinstance(array, numpy.ma.MaskedArray):
        raise TypeError(f"{where}: a masked array; what stands in its gaps has to be said: x.filled(value)")
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "O":
        raise TypeError(f"{where}: an array of Python objects {list(array.shape)}; clips of several lengths are a list, one array each")
    if kind != "f" and not (kind == "u" and size == 1):
        raise TypeError(f"{where}: uint8 or floating point is expected, found {array.dtype}{_whole_numbers(kind in 'iub', '.astype(numpy.uint8)')}")
    shape = _shape_of(array.shape, layout, "THWC", "a NumPy array", where)
    if kind == "f":
        _require_unit_range(float(array.min()), float(array.max()), where)
    return _NumpyFrames(numpy, array.transpose(0, 2, 3, 1) if layout == "TCHW" else array, shape)


def _whole_numbers(are: bool, how: str) -> str:
    return f"; whole numbers of 0 to 255 are made uint8 with x{how}" if are else ""


@dataclass(frozen=True)
class _TorchFrames:
    torch: Any
    tensor: Any
    """`[T, H, W, 3]`, on the CPU."""
    shape: tuple[int, int, int]

    def rgb(self) -> Iterator[bytes]:
        for frame in self.tensor:
            if frame.is_floating_point():
                frame = (frame * 255).round().to(self.torch.uint8)
            frame = frame.contiguous()
            # Not through NumPy, which need not be installed.
            yield ctypes.string_at(frame.data_ptr(), frame.numel())


def _torch_frames(torch: Any, tensor: Any, layout: Layout | None, where: str) -> Frames:
    dtype = tensor.dtype
    if tensor.is_quantized or tensor.layout != torch.strided:
        raise TypeError(f"{where}: a dense tensor is expected, found {'a quantized' if tensor.is_quantized else 'a sparse'} one")
    if tensor.device.type == "meta":
        raise TypeError(f"{where}: a tensor with values is expected, found one on the device 'meta'")
    if dtype != torch.uint8 and not dtype.is_floating_point:
        raise TypeError(
            f"{where}: uint8 or floating point is expected, found {dtype}{_whole_numbers(not dtype.is_complex, '.to(torch.uint8)')}"
        )
    shape = _shape_of(tuple(tensor.shape), layout, "TCHW", "a torch tensor", where)
    own = tensor.detach().to("cpu").resolve_neg()
    if dtype.is_floating_point:
        # Half precision would round the product.
        own = own.float() if torch.finfo(dtype).bits < 32 else own
        low, high = (float(each) for each in torch.aminmax(own))
        _require_unit_range(low, high, where)
    return _TorchFrames(torch, own if layout == "THWC" else own.permute(0, 2, 3, 1), shape)
