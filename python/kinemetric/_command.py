"""The console script `kinemetric`, and `python -m kinemetric`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from kinemetric._errors import NodeMissing
from kinemetric._node import cannot_run, command_file, node_program


def main() -> NoReturn:
    """Becomes the command, with this process's arguments, terminal and signals; it ends with the command's exit code."""
    try:
        line = [node_program(), str(command_file()), *sys.argv[1:]]
        # Windows has no exec that keeps the process: there a parent waits.
        if os.name == "nt":
            sys.exit(_waited(line))
        os.execv(line[0], line)
    except NodeMissing as error:
        _end(str(error))
    except OSError as error:
        _end(cannot_run(line[0], error))


def _waited(line: list[str]) -> int:
    with subprocess.Popen(line) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the command got it too, and ends by itself
                continue


def _end(text: str) -> NoReturn:
    print(f"error: {text}", file=sys.stderr)
    sys.exit(2)
