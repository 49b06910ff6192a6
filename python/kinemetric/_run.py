"""One run of the command from a program."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, Sequence

from kinemetric._errors import CommandFailed, InputError, MissingWeights, NodeMissing
from kinemetric._node import cannot_run, command_file, node_program

_SECONDS_TO_END = 20.0
"""What an interrupted command may take to leave its files whole."""


@dataclass
class Said:
    """What the command said on its standard error, which `--progress json` makes lines of JSON of."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def run(arguments: Sequence[str], *, progress: bool) -> str:
    """
    Runs the command with `--json --progress json` beside what is asked, and returns its standard output.

    Exit codes 0 and 1 return; 2 raises `InputError` (`NodeMissing` where Node is too old), 3 `MissingWeights`, any other `CommandFailed`. An interrupt reaches the command too, whose
    end is waited for.
    """
    line = [node_program(), str(command_file()), *arguments, "--json", "--progress", "json"]
    said = Said()
    try:
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    except OSError as error:
        raise NodeMissing(cannot_run(line[0], error)) from error
    with process:
        assert process.stdout is not None and process.stderr is not None
        listener = threading.Thread(target=_listen, args=(process.stderr, said, progress), daemon=True)
        listener.start()
        try:
            output = process.stdout.read()
            process.wait()
        except BaseException:
            _end(process)
            raise
        listener.join()
    _raise_for(process.returncode, said)
    return output


def _end(process: subprocess.Popen[str]) -> None:
    # In a terminal the command got the interrupt too, in a notebook it did not: behind an interrupt it lets this signal pass.
    try:
        process.terminate()
        process.wait(_SECONDS_TO_END)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()


def _listen(stream: IO[str], said: Said, progress: bool) -> None:
    for line in stream:
        text = line.strip()
        if not text:
            continue
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            said.other.append(text)
        elif "progress" in told:
            if progress:
                _show(f"{told['progress']}: {told.get('done')}/{told.get('total')}")
        elif "error" in told:
            said.errors.append(str(told["error"]))
        elif "warning" in told:
            said.warnings.append(str(told["warning"]))
        elif progress:
            _show(" ".join(str(value) for value in told.values()))


def _show(text: str) -> None:
    print(f"kinemetric: {text}", file=sys.stderr, flush=True)


def _raise_for(code: int, said: Said) -> None:
    if code in (0, 1) and not said.errors:
        return
    text = "\n".join(said.errors or said.other[-20:])
    if code == 2 and said.errors:
        raise InputError(text)
    if code == 2:  # said before the command could begin: this Node is too old
        raise NodeMissing(text)
    if code == 3:
        raise MissingWeights(text)
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    raise CommandFailed(f"the kinemetric command {how}" + (f": {text}" if text else ""))
