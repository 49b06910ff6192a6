#!/usr/bin/env bash
# Everything that is to be measured on a graphics card, in one go: for the first who has one.
#
#   bench/gpu.sh            CUDA: downloads its libraries into the user's cache where they are not here (1.4 GB)
#   bench/gpu.sh webgpu     whatever card WebGPU finds
#
# Official weights are used where they were pulled (kinemetric weights pull svd-img2vid interdyn-256x384 coshand), else drawn ones of the same size are
# written into the temporary folder once (11 GB). Prints Markdown; an hour or so on a large card. KINEMETRIC_BENCH_STEPS, _FRAMES, _CLIPS and _WIDTH make it smaller.
set -euo pipefail
cd "$(dirname "$0")/.."
provider="${1:-cuda}"
[ -x node_modules/.bin/node ] || node scripts/setup.mjs
export PATH="$PWD/node_modules/.bin:$PATH"
if [ "$provider" = cuda ]; then kinemetric gpu setup; fi
kinemetric doctor >&2
exec node bench/gpu/run.ts "$provider"
