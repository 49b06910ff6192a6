"""What goes wrong, as Python's exceptions."""


class KinemetricError(Exception):
    """Everything that the command ends with; the text is what it says."""


class InputError(KinemetricError, ValueError):
    """Input or configuration that cannot be scored (exit code 2), or no clip of it (exit code 1)."""


class MissingWeights(KinemetricError):
    """Weights of a network are not on this machine (exit code 3): the text says which, how large, under which licence, and the command that gets them."""


class NodeMissing(KinemetricError, OSError):
    """No Node.js that the command runs on: there are no binaries of it for this platform, or they were not installed."""


class CommandFailed(KinemetricError, RuntimeError):
    """The command broke down (a signal, memory): none of the exit codes that it promises."""


class SomeClipsFailed(UserWarning):
    """Some clips could not be scored; the values are those of the others, and `Result.failures` lists which and why."""
