#!/bin/sh
# Sets up what generate.py needs, in this folder: the repository at its commit, its environment, its weights (about 11 GB).
# Needs git, conda and a CUDA 11.3 driver. Activate the environment `seer` before `kinemetric run seer`.
set -e
git clone https://github.com/seervideodiffusion/SeerVideoLDM upstream
git -C upstream checkout f4033328cfdf205bd25ad5bd56c3e35edfb6362c
conda create -y -n seer python=3.8
conda run -n seer pip install torch==1.12.0+cu113 torchvision==0.13.0+cu113 --extra-index-url https://download.pytorch.org/whl/cu113
conda run -n seer pip install accelerate==0.15.0 diffusers==0.10.2 transformers==4.25.1 xformers==0.0.13 huggingface-hub==0.11.1 \
  einops==0.6.0 rotary-embedding-torch==0.1.5 imageio==2.25.0 matplotlib==3.7.0 numpy==1.23.5 omegaconf==2.3.0 Pillow==9.3.0 tqdm==4.64.1
conda run -n seer python -c "
from huggingface_hub import snapshot_download
import shutil
shutil.copytree(snapshot_download('xianfang/SeerVideo', allow_patterns='sthv2_seer/*') + '/sthv2_seer', 'upstream/outputs/sthv2_seer')"
