#!/bin/sh
# Sets up what generate.py needs, in this folder: the repository at its commit, its environment, its weights (about 10 GB).
# Needs git, conda and a CUDA driver. Activate the environment `dynamicrafter` before `kinemetric run dynamicrafter`.
set -e
git clone https://github.com/Doubiiu/DynamiCrafter upstream
git -C upstream checkout c453369367122d7fbb0aa38f124e76dc8fe2a91c
conda create -y -n dynamicrafter python=3.8.5
conda run -n dynamicrafter pip install -r upstream/requirements.txt
conda run -n dynamicrafter python -c "
from huggingface_hub import hf_hub_download
hf_hub_download('Doubiiu/DynamiCrafter', 'model.ckpt', local_dir='upstream/checkpoints/dynamicrafter_256_v1', local_dir_use_symlinks=False)"
