"""What the peers of bench/recipes-end-to-end.ts share: their task, stand-ins for packages that a peer imports and does not use
here, and the lines they answer with.

A task is JSON: { generated, reference: uint8 .npy [clips, frames, H, W, 3], inception, i3d: checkpoints with formula weights
(Python state dicts by torch.load), folder: a place for files, checkouts: the folder of the reference repositories or null,
words: parts of recipes that are wanted, none for all }.
"""
import json
import os
import sys
import traceback
import types


WORDS = json.load(open(sys.argv[1]))['words']


def read_task():
    return types.SimpleNamespace(**json.load(open(sys.argv[1])))


def answer(recipe, compute, by):
    """Prints one line of the answer: { recipe, by, value } or { recipe, by, error }; nothing for a recipe that is not asked for."""
    if WORDS and not any(word in recipe for word in WORDS):
        return
    line = {'recipe': recipe, 'by': by}
    try:
        line['value'] = float(compute())
    except Exception as error:
        traceback.print_exc()
        line['error'] = f'{type(error).__name__}: {error}'.splitlines()[0][:300]
    sys.stdout.flush()
    print('ANSWER ' + json.dumps(line), flush=True)


def stand_in(*names):
    """Empty modules for packages that are imported at a file's top and not needed for what is called; the real one goes first."""

    class Anything(types.ModuleType):
        __path__ = []

        def __getattr__(self, name):
            if name.startswith('__'):
                raise AttributeError(name)
            return type(name, (), {})

    for name in names:
        try:
            __import__(name)
        except Exception:
            sys.modules[name] = Anything(name)


def forget(*tops):
    """Drops modules of these top names, so that another repository's of the same name can be imported."""
    for name in [name for name in sys.modules if name.split('.')[0] in tops]:
        del sys.modules[name]


def checkout(task, name):
    """A reference repository's folder."""
    if task.checkouts is None:
        raise RuntimeError('KINEMETRIC_PEERS names no folder with the reference repositories')
    path = os.path.join(task.checkouts, name)
    if not os.path.isdir(path):
        raise RuntimeError(f'no checkout {name}')
    return path
