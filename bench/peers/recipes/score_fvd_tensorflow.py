"""FVD by the original: TensorFlow's resize, the graph of tfhub deepmind/i3d-kinetics-400/1 and tensorflow-gan's distance, with
formula weights in the graph's variables. Argument: a task (see task.py) with i3dArrays: the weights as .npz under
pytorch-i3d's names.

The code is the copy of google-research's frechet_video_distance.py in common_metrics_on_video_quality, whose folder holds the
graph (saved_model.pb; its variables are not needed). TensorFlow Hub no longer has the class with which the code loads the graph,
so that it is imported here. Needs tensorflow 2.15, tensorflow-gan 2.1, tensorflow-hub.
"""
import importlib.metadata
import os
import re
import sys

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
from task import answer, checkout, read_task

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import saved_model_pb2

tf.disable_eager_execution()
task = read_task()


def tensorflow_name(name):
    """pytorch-i3d's name of a tensor, as google-deepmind/kinetics-i3d's graph has it."""
    branches = {'b0': 'Branch_0/Conv3d_0a_1x1', 'b1a': 'Branch_1/Conv3d_0a_1x1', 'b1b': 'Branch_1/Conv3d_0b_3x3',
                'b2a': 'Branch_2/Conv3d_0a_1x1', 'b2b': 'Branch_2/Conv3d_0b_3x3', 'b3b': 'Branch_3/Conv3d_0b_1x1'}
    parts = {'conv3d.weight': 'conv_3d/w', 'conv3d.bias': 'conv_3d/b', 'bn.bias': 'batch_norm/beta',
             'bn.running_mean': 'batch_norm/moving_mean', 'bn.running_var': 'batch_norm/moving_variance'}
    match = re.fullmatch(r'(\w+)(?:\.(b\d[ab]?))?\.(conv3d\.\w+|bn\.\w+)', name)
    block, branch, part = match.groups()
    if part not in parts:
        return None  # the batch norm's scale, which is 1 and is not in the graph
    block = 'Logits/Conv3d_0c_1x1' if block == 'logits' else block
    where = branches[branch].replace('0b_3x3', '0a_3x3') if (block, branch) == ('Mixed_5b', 'b2b') else branches.get(branch)
    return '/'.join(filter(None, ['RGB/inception_i3d', block, where, parts[part]]))


def original():
    root = os.path.join(checkout(task, 'common_metrics_on_video_quality'), 'fvd', 'tensorflow')
    sys.path.insert(0, root)
    import fvd as code

    weights = {tensorflow_name(name): value for name, value in np.load(task.i3dArrays).items()}
    weights.pop(None)
    saved = saved_model_pb2.SavedModel()
    with open(os.path.join(root, 'i3d-kinetics-tensorflow1-400-v1', 'saved_model.pb'), 'rb') as file:
        saved.ParseFromString(file.read())
    graph = next(each for each in saved.meta_graphs if not each.meta_info_def.tags)
    clips = {name: np.load(getattr(task, name)) for name in ('generated', 'reference')}
    shape = next(iter(clips.values())).shape[1:]
    with tf.Graph().as_default(), tf.Session() as session:
        videos = tf.placeholder(tf.float32, [1, *shape])
        scope = 'i3d'
        tf.train.import_meta_graph(graph, import_scope=scope, input_map={'input_frames:0': code.preprocess(videos, (224, 224))})
        for variable in tf.global_variables(scope):
            name = variable.op.name.removeprefix(f'{scope}/')
            value = weights.pop(name)
            value = value.transpose(2, 3, 4, 1, 0) if value.ndim == 5 else value.reshape(variable.shape)
            variable.load(value, session)
        if weights:
            raise RuntimeError(f'the graph has no variables {sorted(weights)[:3]}')
        logits = tf.get_default_graph().get_tensor_by_name(f'{scope}/RGB/inception_i3d/Mean:0')
        rows = {name: np.concatenate([session.run(logits, {videos: clip[None].astype(np.float32)}) for clip in side])
                for name, side in clips.items()}
        np.savez(os.path.join(task.folder, 'tensorflow-logits.npz'), **rows)
        return session.run(code.calculate_fvd(tf.constant(rows['reference']), tf.constant(rows['generated'])))


versions = ', '.join(f'{name} {importlib.metadata.version(package)}' for name, package in
                     (('tensorflow', 'tensorflow-cpu'), ('tensorflow-gan', 'tensorflow-gan')))
answer('fvd/tf-original', original, f'tfhub graph, {versions}')
