"""Time of a training step and of a single reading, compared with PyTorch and scikit-learn.

    pip install -r requirements-benchmarks.txt
    python benchmarks/training.py

Every contender runs in its own process and they take turns, so that conditions are the same for
all. PyTorch runs with each number of threads and memory format, under glibc's default malloc and
under one that keeps freed memory; the ratio is to the fastest of these. Ours runs with its
defaults; with `--avx2` all run as on a processor without AVX-512. Settings of OpenBLAS, NumPy's
backend, in the environment are not passed on, because they would not affect PyTorch. A run of all
nets without `--avx2` also writes training.txt.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path[0] = str(Path(__file__).parent.parent)  # not this folder, which has a `training` too

BATCH = 128
BATCHES = 32  # different ones: memorising a single batch would lead to ever smaller numbers
ROUNDS = 9
STEPS = {"train": 16, "latency": 20}  # in a round
PAUSES = {"train": 0, "latency": 1 / 60}  # seconds before a step: the window reads once a frame
RESULT = Path(__file__).with_suffix(".txt")
# PyTorch allocates memory anew at every step; with these settings glibc keeps freed memory.
KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_TOP_PAD_": "500000000",
}
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
AVX2 = {  # the products of either library without AVX-512
    "OPENBLAS_CORETYPE": "Haswell",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
}
NETS = {
    "A": "784-128-64-10, momentum",
    "B": "4 convolutions, Adam",
    "C": "2 convolutions, Adam",
    "E": "recipe inkling, AdamW",
}


def ours(task: str, net_name: str) -> Callable[[], object]:
    import numpy as np

    from nn.activation_functions import ReLU, softmax
    from nn.cost_functions import CrossEntropyLoss
    from nn.layers import Conv2D, Dense, Flatten, InLayer, MaxPool2D
    from nn.nets import Net
    from nn.optimizers import Adam, AdamW, Momentum
    from training.recipes import seven_convolutions

    layers = {
        "A": [InLayer(784), Dense(128, ReLU), Dense(64, ReLU), Dense(10, softmax)],
        "B": [
            InLayer(shape=(28, 28, 1)),
            Conv2D(16, 3, padding="same", activation=ReLU),
            Conv2D(16, 3, padding="same", activation=ReLU),
            MaxPool2D(),
            Conv2D(32, 3, padding="same", activation=ReLU),
            Conv2D(32, 3, padding="same", activation=ReLU),
            MaxPool2D(),
            Flatten(),
            Dense(10, softmax),
        ],
        "C": [
            InLayer(shape=(28, 28, 1)),
            Conv2D(24, 5, activation=ReLU),
            MaxPool2D(),
            Conv2D(32, 3, activation=ReLU),
            MaxPool2D(),
            Flatten(),
            Dense(256, ReLU),
            Dense(10, softmax),
        ],
        "E": seven_convolutions(),
    }[net_name]
    generator = np.random.default_rng(0)
    net = Net(layers, CrossEntropyLoss, generator)
    X = generator.random((BATCHES, BATCH, 784), np.float32)
    Y = generator.integers(0, 10, (BATCHES, BATCH))
    if task == "latency":
        return lambda: net.predict(X[0, :1])
    optimizer = {"A": Momentum(0.01), "E": AdamW(weight_decay=0.02)}.get(net_name) or Adam()
    batches = itertools.cycle(zip(X, Y, strict=True))

    def step() -> None:
        net.backpropagate(*next(batches), generator)
        optimizer.step(net.parameters, net.gradients, net.decaying)
        net.update_statistics()

    return step


def torch(task: str, net_name: str, threads: int, memory_format: str) -> Callable[[], object]:
    import torch
    from torch import nn

    torch.set_num_threads(threads)

    def convolution(channels: int, filters: int, k: int, padding: int = 0) -> list[nn.Module]:
        return [nn.Conv2d(channels, filters, k, padding=padding), nn.ReLU()]

    def normalised(channels: int, filters: int, k: int, stride: int = 1) -> list[nn.Module]:
        # TensorFlow's "same", as ours: the odd row of zeros is below and to the right.
        pad = [nn.ZeroPad2d((1, 2, 1, 2))] if stride > 1 else []
        convolution = nn.Conv2d(channels, filters, k, stride)
        return [*pad, convolution, nn.ReLU(), nn.BatchNorm2d(filters)]

    def dense(inputs: int, units: int) -> list[nn.Module]:
        return [nn.Linear(inputs, units), nn.ReLU()]

    layers = {
        "A": [*dense(784, 128), *dense(128, 64), nn.Linear(64, 10)],
        "B": [
            *convolution(1, 16, 3, padding=1),
            *convolution(16, 16, 3, padding=1),
            nn.MaxPool2d(2),
            *convolution(16, 32, 3, padding=1),
            *convolution(32, 32, 3, padding=1),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(1568, 10),
        ],
        "C": [
            *convolution(1, 24, 5),
            nn.MaxPool2d(2),
            *convolution(24, 32, 3),
            nn.MaxPool2d(2),
            nn.Flatten(),
            *dense(800, 256),
            nn.Linear(256, 10),
        ],
        "E": [
            *normalised(1, 32, 3),
            *normalised(32, 32, 3),
            *normalised(32, 32, 5, stride=2),
            nn.Dropout(0.2),
            *normalised(32, 64, 3),
            *normalised(64, 64, 3),
            *normalised(64, 64, 5, stride=2),
            nn.Dropout(0.2),
            *normalised(64, 128, 4),
            nn.Dropout(0.2),
            nn.Flatten(),
            nn.Linear(128, 10),
        ],
    }[net_name]
    net = nn.Sequential(*layers)
    X = [
        torch.rand((BATCH, 784) if net_name == "A" else (BATCH, 1, 28, 28)) for _ in range(BATCHES)
    ]
    Y = [torch.randint(0, 10, (BATCH,)) for _ in X]
    if net_name != "A":
        kind = getattr(torch, memory_format)
        net, X = net.to(memory_format=kind), [x.to(memory_format=kind) for x in X]
    if task == "latency":
        net.eval()

        def read() -> None:
            with torch.inference_mode():
                torch.softmax(net(X[0][:1]), 1)

        return read
    parameters = net.parameters()
    if net_name == "A":
        optimizer = torch.optim.SGD(parameters, 0.01, momentum=0.9)
    elif net_name == "E":
        optimizer = torch.optim.AdamW(parameters, weight_decay=0.02)
    else:
        optimizer = torch.optim.Adam(parameters)
    cost = nn.CrossEntropyLoss()

    batches = itertools.cycle(zip(X, Y, strict=True))

    def step() -> None:
        x, y = next(batches)
        optimizer.zero_grad()
        cost(net(x), y).backward()
        optimizer.step()

    return step


def sklearn(task: str, net_name: str) -> Callable[[], object]:
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    generator = np.random.default_rng(0)
    X = generator.random((BATCH, 784), np.float32)
    Y = np.arange(BATCH) % 10
    net = MLPClassifier((128, 64), solver="sgd", batch_size=BATCH, learning_rate_init=0.01)
    net.partial_fit(X, Y, classes=np.arange(10))
    if task == "latency":
        return lambda: net.predict_proba(X[:1])
    return lambda: net.partial_fit(X, Y)


def serve(contender: str) -> None:
    """Answer each request, a line of JSON, with the seconds of a step, until input ends."""
    make, made = {"ours": ours, "torch": torch, "sklearn": sklearn}[contender], {}
    for line in sys.stdin:
        request = json.loads(line)
        if line not in made:
            made[line] = make(**request)
        if "threads" in request:
            sys.modules["torch"].set_num_threads(request["threads"])
        step = made[line]
        for _ in range(3):
            step()
        seconds = []
        for _ in range(STEPS[request["task"]]):
            time.sleep(PAUSES[request["task"]])
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(median(seconds), flush=True)


class Contender:
    """A process that runs one library, and waits while the others have their turn."""

    def __init__(self, library: str, environment: dict[str, str]) -> None:
        usual = {k: v for k, v in os.environ.items() if k not in PINS}
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=usual | environment,
        )

    def time(self, request: dict[str, object]) -> float:
        time.sleep(0.25)  # OpenBLAS threads spin for 0.12 s after their work
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        seconds = self.process.stdout.readline()
        if not seconds:
            raise SystemExit("training.py: a library is missing: see requirements-benchmarks.txt")
        return float(seconds)


def measure(task: str, net: str, contenders: dict[str, Contender]) -> str:
    """A row of the table: milliseconds, and ours divided by PyTorch's fastest."""
    entries = [("ours", contenders["ours"], {})]
    formats = ["contiguous_format"] if net == "A" else ["contiguous_format", "channels_last"]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    for malloc in ("torch, keeping memory", "torch, usual malloc"):
        for threads in sorted({1, cores}):
            for memory_format in formats:
                settings = {"threads": threads, "memory_format": memory_format}
                entries.append((malloc, contenders[malloc], settings))
    if net == "A":
        entries.append(("sklearn", contenders["sklearn"], {}))
    times: list[list[float]] = [[] for _ in entries]
    for _ in range(ROUNDS):
        for (_, contender, settings), seconds in zip(entries, times, strict=True):
            seconds.append(contender.time({"task": task, "net_name": net} | settings))
    best: dict[str, float] = {}
    for (name, _, _), seconds in zip(entries, times, strict=True):
        best[name] = min(best.get(name, 1e9), median(seconds) * 1000)
    fastest = min(value for name, value in best.items() if name.startswith("torch"))
    label = f"{net}  {NETS[net]}" if task == "train" else f"D  one image through {net}"
    cells = (f"{best[name]:>9.3f}" if name in best else f"{'-':>9}" for name in COLUMNS)
    return f"{label:<28}{''.join(cells)}{best['ours'] / fastest:>9.2f}"


COLUMNS = ("ours", "torch, keeping memory", "torch, usual malloc", "sklearn")
HEADER = f"{'milliseconds':<28}{'ours':>9}{'torch':>9}{'torch*':>9}{'sklearn':>9}{'ratio':>9}"
FOOTER = "torch* is under glibc's usual malloc; ratio: ours / PyTorch's fastest, less is better"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--nets", nargs="+", choices=NETS, default=list(NETS))
    parser.add_argument("--avx2", action="store_true", help="as on a processor without AVX-512")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.serve)
    held = AVX2 if arguments.avx2 else {}
    contenders = {
        "ours": Contender("ours", held),
        "torch, keeping memory": Contender("torch", KEEP_MEMORY | held),
        "torch, usual malloc": Contender("torch", held),
        "sklearn": Contender("sklearn", held),
    }
    for pin in PINS:
        if pin in os.environ:
            print(f"{pin}={os.environ[pin]} in the environment is not passed on")
    lines = [HEADER]
    print(HEADER)
    for task in ("train", "latency"):
        for net in arguments.nets:
            lines.append(measure(task, net, contenders))
            print(lines[-1], flush=True)
    lines.append(FOOTER)
    print(FOOTER)
    if not arguments.avx2 and set(arguments.nets) == set(NETS):
        RESULT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
