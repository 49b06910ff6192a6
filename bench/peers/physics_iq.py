"""The original Physics-IQ code on a small release: masks, measures and score, and the processor time that each took.

python physics_iq.py CODE RELEASE GENERATED FPS WORK > out.json

CODE: its folder `code` (google-deepmind/physics-IQ-benchmark at e457754), run as it is: its own checks want 198 videos, so that its functions are
called one by one. RELEASE holds split-videos/testing/{FPS}FPS. Needs opencv-python-headless 4.10.0.84, numpy 1.26 (it prints float32 numbers into its
table, which numpy 2 writes in words that its own reader cannot read), pandas 2, matplotlib, tqdm, Pillow. Masks are not made in several processes.
"""
import contextlib, io, json, os, resource, sys, time

code, release, generated, fps, work = sys.argv[1:6]
fps = int(fps)
sys.path.insert(0, code)
import cv2
import numpy
import pandas

cv2.setNumThreads(1)
from binary_mask_generator import generate_binary_masks
from calculate_and_write_metrics_to_csv import process_videos
from calculate_iq_score import calculate_iq_score


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


real = os.path.join(release, 'split-videos', 'testing', f'{fps}FPS')
masks = {side: os.path.join(work, 'masks', side) for side in ('real', 'generated')}
table = os.path.join(work, 'model.csv')
spent = {}
with contextlib.redirect_stdout(io.StringIO()):
    for name, run in {
        'masks of real videos': lambda: generate_binary_masks(real, masks['real'], True),
        'masks of generated videos': lambda: generate_binary_masks(generated, masks['generated'], False),
        'measures': lambda: process_videos(
            real_folders=real,
            generated_folders=generated,
            binary_real_folders=masks['real'],
            binary_generated_folders=masks['generated'],
            csv_file_path=table,
            fps=fps,
        ),
    }.items():
        before, begun = cpu(), time.perf_counter()
        run()
        spent[name] = {'cpu': cpu() - before, 'wall': time.perf_counter() - begun}
    score, variance = calculate_iq_score(table)

views = {}
frame = pandas.read_csv(table)
for _, row in frame.iterrows():
    for view in ('left', 'center', 'right'):
        views[f"{row['scenario']} {view}"] = {
            'mse': float(numpy.mean(json.loads(row[f'v1_mse_perspective-{view}']))),
            'spatiotemporal': float(numpy.mean(json.loads(row[f'spatiotemporal_iou_v1_perspective-{view}']))),
            'spatial': float(row[f'spatial_iou_v1_perspective-{view}']),
            'weightedSpatial': float(row[f'weighted_spatial_iou_v1_perspective-{view}']),
            'realityMse': float(numpy.mean(json.loads(row[f'variance_mse_perspective-{view}']))),
            'realitySpatial': float(row[f'variance_spatial_perspective-{view}']),
        }
print(json.dumps({'score': score, 'physicalVariance': variance, 'seconds': spent, 'views': views, 'opencv': cv2.__version__}, indent=1))
