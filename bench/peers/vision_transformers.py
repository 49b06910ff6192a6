"""The other side of bench/networks-vit.ts: a vision transformer in plain PyTorch modules, one timed call for each line on standard input.

Started with a network's name, a JSON object {"batch", "height", "width", "dimension", "blocks", "heads", "patch"} and the number of threads. Prints one
JSON line with the versions when ready, then one line with milliseconds a call (wall clock, processor). Random weights; attention by
torch's own fused scaled_dot_product_attention, which is the faster of the ways that the originals have.
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, heads, scaled, quick, eps):
        super().__init__()
        self.heads, self.quick = heads, quick
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=eps), nn.LayerNorm(width, eps=eps)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.ls1 = nn.Parameter(torch.ones(width)) if scaled else None
        self.ls2 = nn.Parameter(torch.ones(width)) if scaled else None

    def attention(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, d))

    def mlp(self, x):
        y = self.fc1(x)
        return self.fc2(y * torch.sigmoid(1.702 * y) if self.quick else F.gelu(y))

    def forward(self, x):
        a = self.attention(self.norm1(x))
        x = x + (a if self.ls1 is None else a * self.ls1)
        b = self.mlp(self.norm2(x))
        return x + (b if self.ls2 is None else b * self.ls2)


class Transformer(nn.Module):
    def __init__(self, name, batch, height, width, dimension, blocks, heads, patch):
        super().__init__()
        clip, scaled = name.startswith("clip"), name.startswith("dinov2")
        eps = 1e-5 if clip else 1e-6
        self.patches = nn.Conv2d(3, dimension, patch, patch, bias=not clip)
        tokens = 1 + (height // patch) * (width // patch)
        self.token, self.positions = nn.Parameter(torch.zeros(1, 1, dimension)), nn.Parameter(torch.zeros(1, tokens, dimension))
        self.before = nn.LayerNorm(dimension, eps=eps) if clip else nn.Identity()
        self.blocks = nn.Sequential(*[Block(dimension, heads, scaled, clip, eps) for _ in range(blocks)])
        self.norm = nn.LayerNorm(dimension, eps=eps)
        self.project = nn.Linear(dimension, 512, bias=False) if clip else nn.Identity()

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        x = self.blocks(self.before(x))
        return self.project(self.norm(x[:, 0]))


def main():
    name, size, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = Transformer(name, **size).eval()
    pixels = torch.sin(torch.arange(size["batch"] * 3 * size["height"] * size["width"], dtype=torch.float32)).reshape(
        size["batch"], 3, size["height"], size["width"])
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for _ in sys.stdin:
        wall, used = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            model(pixels)
        print(json.dumps({"wall": 1000 * (time.perf_counter() - wall), "processor": 1000 * (time.process_time() - used)}), flush=True)


main()
