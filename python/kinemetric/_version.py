from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("kinemetric")
    except PackageNotFoundError:  # the sources of a checkout
        return "0"


__version__: str = _installed()
"""The version of the package, which is that of the command inside it."""
