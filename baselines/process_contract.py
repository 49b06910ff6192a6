"""The process contract (docs/process-methods.md) for a wrapper in Python: standard library only, Python 3.8.

A wrapper calls `run(main)`. It gets a `Request`, whose items it has to make; for each it calls `write_sample` or `write_failure`.
"""

import argparse
import json
import os
import shutil
import struct
import sys
import time
import zlib

BAD_INPUT, NO_WEIGHTS, NO_DEVICE, INTERNAL = 2, 3, 4, 5


class Refusal(Exception):
    """What ends the run before or between items, with its exit code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Request:
    """What is asked for: `items` (those that are not made yet), `settings`, `device`; `out` is the folder of the run."""

    def __init__(self, manifest, out, settings, device):
        self.folder = os.path.dirname(os.path.abspath(manifest))
        self.out = os.path.abspath(out)
        self.settings = settings
        self.device = device
        with open(manifest, encoding="utf-8") as lines:
            items = [json.loads(line) for line in lines if line.strip()]
        self.items = [item for item in items if not self._is_made(item)]

    def sample_folder(self, item):
        return os.path.join(self.out, item["itemId"], "s%d" % item["sampleIndex"])

    def image_of(self, item):
        """The path of frame 0, a PNG."""
        return os.path.join(self.folder, item["image"]["path"])

    def text_of(self, item):
        """The item's text in one line. Raises ValueError where there is none: a wrapper does not make one up."""
        text = " ".join(item.get("text", {}).get("label", "").split())
        if not text:
            raise ValueError("expected a text, found none")
        return text

    def _is_made(self, item):
        try:
            with open(os.path.join(self.sample_folder(item), "item.json"), encoding="utf-8") as file:
                return json.load(file).get("status") == "ok"
        except (OSError, ValueError):
            return False


def write_sample(request, item, frames, frame_is_input, started, notes=()):
    """Writes frames and then the word that they are complete.

    A frame is the path of a PNG, which is copied, or the bytes of its samples, row by row, RGB.
    Raises ValueError where their number or size is not what the item wants.
    """
    height, width = item["geometry"]["target"]
    wanted = item["target"]["frames"]
    if len(frames) != wanted or len(frame_is_input) != wanted:
        raise ValueError("expected %d frames, found %d" % (wanted, len(frames)))
    folder = request.sample_folder(item)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for index, frame in enumerate(frames):
        path = os.path.join(folder, "frame_%04d.png" % index)
        if isinstance(frame, str):
            shutil.copyfile(frame, path)
        else:
            _write_png(path, frame, height, width)
    word = {
        "status": "ok",
        "wallMs": round((time.monotonic() - started) * 1000),
        "seed": item["seed"],
        "timestamps": item["target"]["timestamps"],
        "frameIsInput": list(frame_is_input),
        "notes": list(notes),
    }
    _conclude(request, item, word)


def write_failure(request, item, error):
    """Writes why there is no sample."""
    word = {"status": "failed", "error": {"type": type(error).__name__, "message": str(error) or repr(error)}}
    os.makedirs(request.sample_folder(item), exist_ok=True)
    _conclude(request, item, word)


def run(main):
    """Runs `main(request)` and ends the process: 0, or 1 where an item failed, or the code of what ended it."""
    parser = argparse.ArgumentParser()
    for name in ("manifest", "out", "config", "device"):
        parser.add_argument("--" + name, required=True)
    given = parser.parse_args()
    try:
        with open(given.config, encoding="utf-8") as file:
            request = Request(given.manifest, given.out, json.load(file), given.device)
        main(request)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(refusal.code)
    failed = [item for item in request.items if not request._is_made(item)]
    sys.exit(1 if failed else 0)


def upstream(request, module_folder, repository, commit):
    """Makes the checkout of the method's own code importable: the setting `upstream`, relative to this wrapper's folder."""
    root = os.path.abspath(request.settings["upstream"])
    if not os.path.isdir(os.path.join(root, module_folder)):
        raise Refusal(BAD_INPUT, "expected %s at %s in %s (see environment.sh; --set upstream=…)" % (repository, commit, root))
    for folder in (root, os.path.join(root, module_folder)):
        sys.path.insert(0, folder)
    return root


def require_weights(path, source):
    if not os.path.exists(path):
        raise Refusal(NO_WEIGHTS, "expected weights at %s (from %s)" % (path, source))


def imported(name):
    """A module of the upstream code. Where the environment lacks something of it, that is said."""
    try:
        return __import__(name)
    except ImportError as error:
        raise Refusal(BAD_INPUT, "%s cannot be loaded: %s (see environment.sh)" % (name, error)) from error


def _conclude(request, item, word):
    path = os.path.join(request.sample_folder(item), "item.json")
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(word, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)
    # A line for the host, however the upstream code uses standard output.
    print(json.dumps({"itemId": item["itemId"]}), flush=True)


def _write_png(path, samples, height, width):
    if len(samples) != height * width * 3:
        raise ValueError("expected frames of %dx%d, found %d samples" % (height, width, len(samples)))
    rows = b"".join(b"\0" + bytes(samples[y * width * 3 : (y + 1) * width * 3]) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b""))
