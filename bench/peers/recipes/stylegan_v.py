"""StyleGAN-V's own compute_fid, compute_kid and compute_fvd on two folders of clips (a folder of frames each).

Its functions take a data set and a generator; here both sides are data sets, as its own calc_metrics_for_dataset has them.
"""
import os
import sys

from task import checkout, forget, stand_in

AT = 'StyleGAN-V 3fecd69'


def stylegan_v(task, metric, clips, archive, frames=None):
    """metric: 'fid', 'kid' or 'fvd'; clips: { generated, reference }; archive: the TorchScript network; frames of a clip for fvd."""
    root = checkout(task, 'stylegan-v')
    # Its data sets name one another both from here and from src.
    paths = [os.path.join(root, 'src'), root]
    sys.path[:0] = paths
    forget('src', 'training')
    stand_in('hydra', 'click')
    import numpy as np
    import omegaconf
    import torch
    from src.metrics import frechet_inception_distance, frechet_video_distance, kernel_inception_distance, metric_utils

    dataset = metric_utils.compute_feature_stats_for_dataset
    images = metric != 'fvd'

    def options(name, resolution):
        kwargs = dict(class_name='src.training.dataset.VideoFramesFolderDataset', path=clips[name], resolution=resolution,
                      cfg=omegaconf.OmegaConf.create({'max_num_frames': 1024}), use_labels=False, xflip=False)
        if not images:
            kwargs.update(load_n_consecutive=frames, subsample_factor=1, discard_short_videos=True)
        return metric_utils.MetricOptions(dataset_kwargs=kwargs, device=torch.device('cpu'), cache=False)

    def features(name):
        def compute(opts, detector_url, detector_kwargs, rel_lo=0, rel_hi=1, batch_size=8, max_items=None, capture_all=False,
                    capture_mean_cov=False, **ignored):
            # Resolution None: their check is for square frames; the network resizes whatever comes.
            return dataset(opts=options(name, None), detector_url=archive, detector_kwargs=detector_kwargs, batch_size=8,
                           data_loader_kwargs=dict(num_workers=0), temporal_detector=not images, use_image_dataset=images,
                           capture_all=capture_all, capture_mean_cov=capture_mean_cov)

        return compute

    metric_utils.compute_feature_stats_for_dataset = features('reference')
    metric_utils.compute_feature_stats_for_generator = features('generated')
    try:
        opts = options('reference', 256)
        if metric == 'fid':
            return frechet_inception_distance.compute_fid(opts, None, None)
        if metric == 'kid':
            np.random.seed(0)
            return kernel_inception_distance.compute_kid(opts, None, None, 100, 1000)
        return frechet_video_distance.compute_fvd(opts, None, None, frames)
    finally:
        for path in paths:
            sys.path.remove(path)
        forget('src', 'training')
