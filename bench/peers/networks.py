"""The other side of the network timings: PyTorch on the CPU, one timed call for each line on standard input.

Started by bench/networks-*.ts with a network's name, the frames' shape and the number of threads. Prints one JSON line
with versions when ready, then one line with milliseconds a call (wall clock, processor). The networks are written out in plain torch modules,
because torchvision has no CPU-only build here; LPIPS is the `lpips` package itself over such a backbone.
"""
import json
import sys
import time
import types

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def convolutions(*layers):
    """torchvision's `features`: (in, out, kernel, stride, padding) is a convolution with a ReLU, "M" and "C" are pools."""
    modules = []
    for layer in layers:
        if layer == "M":
            modules.append(nn.MaxPool2d(3, 2))
        elif layer == "M2":
            modules.append(nn.MaxPool2d(2, 2))
        else:
            modules += [nn.Conv2d(layer[0], layer[1], layer[2], layer[3], layer[4]), nn.ReLU(inplace=True)]
    return nn.Sequential(*modules)


class Fire(nn.Module):
    def __init__(self, inputs, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x), inplace=True)
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def stand_in_for_torchvision():
    """What `lpips` imports from torchvision: the three backbones, without pretrained weights."""

    def alexnet(**_):
        return types.SimpleNamespace(features=convolutions(
            (3, 64, 11, 4, 2), "M", (64, 192, 5, 1, 2), "M", (192, 384, 3, 1, 1), (384, 256, 3, 1, 1), (256, 256, 3, 1, 1), "M"))

    def vgg16(**_):
        layers, inputs = [], 3
        for width in [64, 64, "M2", 128, 128, "M2", 256, 256, 256, "M2", 512, 512, 512, "M2", 512, 512, 512, "M2"]:
            layers.append(width if width == "M2" else (inputs, width, 3, 1, 1))
            inputs = inputs if width == "M2" else width
        return types.SimpleNamespace(features=convolutions(*layers))

    def squeezenet1_1(**_):
        pool = lambda: nn.MaxPool2d(3, 2, ceil_mode=True)
        return types.SimpleNamespace(features=nn.Sequential(
            nn.Conv2d(3, 64, 3, 2), nn.ReLU(inplace=True), pool(), Fire(64, 16, 64), Fire(128, 16, 64), pool(),
            Fire(128, 32, 128), Fire(256, 32, 128), pool(),
            Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256)))

    models = types.ModuleType("torchvision.models")
    models.alexnet, models.vgg16, models.squeezenet1_1 = alexnet, vgg16, squeezenet1_1
    package = types.ModuleType("torchvision")
    package.models = models
    sys.modules["torchvision"], sys.modules["torchvision.models"] = package, models


def lpips_call(net, frames):
    stand_in_for_torchvision()
    import lpips
    from importlib.metadata import version

    model = lpips.LPIPS(net=net, pnet_rand=True, verbose=False).eval()
    other = np.roll(frames, 3, 2)

    def call():
        planes = [torch.from_numpy(f).permute(0, 3, 1, 2).float() / 127.5 - 1 for f in (frames, other)]
        return model(*planes)

    return call, {"lpips": version("lpips")}


class Unit2d(nn.Module):
    def __init__(self, inputs, outputs, **options):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, bias=False, **options)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


def chain(inputs, *units):
    """Units as (outputs, kernel, stride, padding)."""
    modules = []
    for outputs, kernel, stride, padding in units:
        modules.append(Unit2d(inputs, outputs, kernel_size=kernel, stride=stride, padding=padding))
        inputs = outputs
    return nn.Sequential(*modules)


class Branches(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def inception():
    def average():
        return nn.AvgPool2d(3, 1, 1, count_include_pad=False)

    def a(i, p):
        return Branches(chain(i, (64, 1, 1, 0)), chain(i, (48, 1, 1, 0), (64, 5, 1, 2)),
                        chain(i, (64, 1, 1, 0), (96, 3, 1, 1), (96, 3, 1, 1)), nn.Sequential(average(), chain(i, (p, 1, 1, 0))))

    def c(m):
        h, v = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
        return Branches(chain(768, (192, 1, 1, 0)), chain(768, (m, 1, 1, 0), (m, *h), (192, *v)),
                        chain(768, (m, 1, 1, 0), (m, *v), (m, *h), (m, *v), (192, *h)), nn.Sequential(average(), chain(768, (192, 1, 1, 0))))

    def e(i, pool):
        pair = lambda: Branches(chain(384, (384, (1, 3), 1, (0, 1))), chain(384, (384, (3, 1), 1, (1, 0))))
        return Branches(chain(i, (320, 1, 1, 0)), nn.Sequential(chain(i, (384, 1, 1, 0)), pair()),
                        nn.Sequential(chain(i, (448, 1, 1, 0), (384, 3, 1, 1)), pair()), nn.Sequential(pool, chain(i, (192, 1, 1, 0))))

    return nn.Sequential(
        chain(3, (32, 3, 2, 0), (32, 3, 1, 0), (64, 3, 1, 1)), nn.MaxPool2d(3, 2), chain(64, (80, 1, 1, 0), (192, 3, 1, 0)), nn.MaxPool2d(3, 2),
        a(192, 32), a(256, 64), a(288, 64),
        Branches(chain(288, (384, 3, 2, 0)), chain(288, (64, 1, 1, 0), (96, 3, 1, 1), (96, 3, 2, 0)), nn.MaxPool2d(3, 2)),
        c(128), c(160), c(160), c(192),
        Branches(chain(768, (192, 1, 1, 0), (320, 3, 2, 0)),
                 chain(768, (192, 1, 1, 0), (192, (1, 7), 1, (0, 3)), (192, (7, 1), 1, (3, 0)), (192, 3, 2, 0)), nn.MaxPool2d(3, 2)),
        e(1280, average()), e(2048, nn.MaxPool2d(3, 1, 1)), nn.AdaptiveAvgPool2d(1))


def inception_call(frames):
    model = inception().eval()

    def call():
        x = torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 255
        return model(2 * F.interpolate(x, (299, 299), mode="bilinear", align_corners=False) - 1)

    return call, {}


def same_padding(sizes, kernel, stride):
    pads = []
    for size, k, s in zip(sizes[::-1], kernel[::-1], stride[::-1]):
        total = max((-(-size // s) - 1) * s + k - size, 0)
        pads += [total // 2, total - total // 2]
    return pads


class Unit3d(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1):
        super().__init__()
        self.kernel, self.stride = (kernel,) * 3, (stride,) * 3
        self.conv = nn.Conv3d(inputs, outputs, kernel, stride, bias=False)
        self.bn = nn.BatchNorm3d(outputs, eps=1e-3)

    def forward(self, x):
        x = F.pad(x, same_padding(x.shape[2:], self.kernel, self.stride))
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Pool3d(nn.Module):
    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        return F.max_pool3d(F.pad(x, same_padding(x.shape[2:], self.kernel, self.stride)), self.kernel, self.stride)


def mixed(i, b0, b1a, b1b, b2a, b2b, b3):
    return Branches(Unit3d(i, b0), nn.Sequential(Unit3d(i, b1a), Unit3d(b1a, b1b, 3)), nn.Sequential(Unit3d(i, b2a), Unit3d(b2a, b2b, 3)),
                    nn.Sequential(Pool3d((3, 3, 3), (1, 1, 1)), Unit3d(i, b3)))


def i3d():
    return nn.Sequential(
        Unit3d(3, 64, 7, 2), Pool3d((1, 3, 3), (1, 2, 2)), Unit3d(64, 64), Unit3d(64, 192, 3), Pool3d((1, 3, 3), (1, 2, 2)),
        mixed(192, 64, 96, 128, 16, 32, 32), mixed(256, 128, 128, 192, 32, 96, 64), Pool3d((3, 3, 3), (2, 2, 2)),
        mixed(480, 192, 96, 208, 16, 48, 64), mixed(512, 160, 112, 224, 24, 64, 64), mixed(512, 128, 128, 256, 24, 64, 64),
        mixed(512, 112, 144, 288, 32, 64, 64), mixed(528, 256, 160, 320, 32, 128, 128), Pool3d((2, 2, 2), (2, 2, 2)),
        mixed(832, 256, 160, 320, 32, 128, 128), mixed(832, 384, 192, 384, 48, 128, 128),
        nn.AvgPool3d((2, 7, 7), 1), nn.Conv3d(1024, 400, 1))


def i3d_call(frames):
    model = i3d().eval()

    def call():
        x = torch.from_numpy(frames).permute(0, 3, 1, 2).float()
        x = F.interpolate(x, (224, 224), mode="bilinear", align_corners=False) / 127.5 - 1
        return model(x.transpose(0, 1)[None]).mean((2, 3, 4))

    return call, {}


def main():
    name, shape, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    frames = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with torch.inference_mode():
        call, versions = (lpips_call(name.split("-")[1], frames) if name.startswith("lpips")
                          else {"inception": inception_call, "i3d": i3d_call}[name](frames))
        call()
        call()
        print(json.dumps({"torch": torch.__version__, **versions}), flush=True)
        for _ in sys.stdin:
            wall, processor = time.perf_counter(), time.process_time()
            call()
            times = {"wall": (time.perf_counter() - wall) * 1000, "processor": (time.process_time() - processor) * 1000}
            print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
