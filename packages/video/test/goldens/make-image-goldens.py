"""Makes images.json: small PNG, JPEG, WebP and TIFF files in base64, and the sha256 of their pixels as Pillow's convert('RGB') has them.

Run by hand when a case is added; needs Pillow and numpy.
"""

import base64
import hashlib
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageOps


def noise(height, width):
    """As in make-resize-goldens.py."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    mixed = (y * 73856093 + x * 19349663 + c * 83492791).astype(np.uint32)
    return ((mixed * np.uint32(2654435761)) >> np.uint32(24)).astype(np.uint8)


smooth = np.clip(127.5 + 100 * np.sin(0.3 * np.arange(23)[None, :, None] + 0.2 * np.arange(17)[:, None, None] + np.arange(3)), 0, 255)
rgb = Image.fromarray(smooth.astype(np.uint8))
turned = Image.Exif()
turned[0x0112] = 6

cases = {}


def saved(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def add(name, image, **options):
    add_file(name, saved(image, **options))


def add_file(name, file):
    opened = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    pixels = np.asarray(opened.convert("RGB"))
    cases[name] = {
        "file": base64.b64encode(file).decode(),
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
    }


add("rgb.png", Image.fromarray(noise(5, 7)), format="PNG")
add("grey.png", Image.fromarray(noise(5, 7)[:, :, 0]), format="PNG")
add("bilevel.png", Image.fromarray(noise(5, 7)[:, :, 0]).convert("1"), format="PNG")
add("palette.png", rgb.quantize(16), format="PNG")
add("alpha.png", Image.fromarray(np.dstack([noise(5, 7), noise(7, 7)[:5, :, 1]])), format="PNG")
add("grey-alpha.png", Image.fromarray(noise(5, 7)[:, :, :2].copy(), mode="LA"), format="PNG")
add("444.jpg", rgb, format="JPEG", quality=90, subsampling=0)
add("420.jpg", rgb, format="JPEG", quality=75)
add("grey.jpg", rgb.convert("L"), format="JPEG", quality=75)
add("progressive.jpg", rgb, format="JPEG", quality=80, progressive=True)
add("turned.jpg", rgb, format="JPEG", quality=90, subsampling=0, exif=turned)

inks = Image.fromarray(np.dstack([smooth.astype(np.uint8), (255 - smooth[:, :, 0]).astype(np.uint8) // 2]), mode="CMYK")
cmyk = saved(inks, format="JPEG", quality=95, subsampling=0)
adobe = cmyk.index(b"Adobe")
add_file("cmyk.jpg", cmyk)
# The marker's last byte: 2 says that the inks are stored as YCCK.
add_file("ycck.jpg", cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :])
add_file("cmyk-without-marker.jpg", cmyk[: adobe - 4] + cmyk[adobe + 12 :])
add("cmyk.tif", inks, format="TIFF")
add("rgb.tif", rgb, format="TIFF")
add("lzw.tiff", rgb, format="TIFF", compression="tiff_lzw")
add("grey.tif", rgb.convert("L"), format="TIFF")
add("bilevel.tif", rgb.convert("1"), format="TIFF")
add("palette.tif", rgb.quantize(16), format="TIFF")
add("alpha.tif", Image.fromarray(np.dstack([noise(5, 7), noise(7, 7)[:5, :, 1]])), format="TIFF")
add("lossless.webp", rgb, format="WEBP", lossless=True)
add("lossy.webp", rgb, format="WEBP", quality=80)
add("alpha.webp", Image.fromarray(np.dstack([noise(5, 7), noise(7, 7)[:5, :, 1]])), format="WEBP", lossless=True, exact=True)

origin = f"Pillow {PIL.__version__}; make-image-goldens.py"
pathlib.Path(__file__).with_name("images.json").write_text(json.dumps({"origin": origin, "cases": cases}, indent=1) + "\n")
