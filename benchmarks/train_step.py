"""One training step of the MNIST autoencoder (latent 48, batch 128, Adam) on each rung, and in PyTorch where it is.

    python -m benchmarks.train_step [--rounds 15] [--json]

Each contender has a process of its own and they are served in turn, so that all meet the same noise; printed are
medians over the rounds and the ratios to the NumPy rung and to PyTorch.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

CONTENDERS = ("numba", "numpy", "torch")
BATCH = 128


def engine_step(backend):
    """A function that takes one step of ours."""
    from nanoae.losses import mse
    from nanoae.models import conv_autoencoder
    from nanoae.optim import Adam
    net = conv_autoencoder(48).build((1, 28, 28), "float32", backend, np.random.default_rng(0))
    cache, optimizer = net.make_cache(BATCH), Adam(net)
    x = np.random.default_rng(1).random((BATCH, 1, 28, 28), dtype=np.float32)

    def evaluate(block=None, grad=True):
        net.forward(x, cache, train=True, need_y=False)
        value = net.loss(mse, x, cache)
        net.backward(None, cache, need_dx=False)
        return value

    return lambda: optimizer.step(evaluate)


def torch_step(_):
    """The same step in PyTorch, eager."""
    import torch
    from torch import nn
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2), nn.ReLU(),
        nn.Flatten(), nn.Linear(288, 64), nn.ReLU(), nn.Linear(64, 48), nn.Linear(48, 64), nn.ReLU(),
        nn.Linear(64, 288), nn.ReLU(), nn.Unflatten(1, (32, 3, 3)), nn.ConvTranspose2d(32, 16, 3, 2), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 3, 2, 1, 1), nn.Sigmoid())
    optimizer, x = torch.optim.Adam(net.parameters()), torch.rand(BATCH, 1, 28, 28)

    def step():
        optimizer.zero_grad(set_to_none=True)
        nn.functional.mse_loss(net(x), x).backward()
        optimizer.step()

    return step


def serve(name):
    """A contender's process: for each line on standard input, takes ten steps and answers with milliseconds a step."""
    step = (torch_step if name == "torch" else engine_step)(name)
    for _ in range(5):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        for _ in range(10):
            step()
        print((time.perf_counter() - began) * 100, flush=True)


def measure(rounds):
    """{contender: list of milliseconds}, served in turn; PyTorch is left out where it is not installed."""
    processes = {}
    for name in CONTENDERS:
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.train_step", "--serve", name], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if process.stdout.readline().strip() == "ready":
            processes[name] = process
    times = {name: [] for name in processes}
    for _ in range(rounds):
        for name, process in processes.items():
            process.stdin.write("\n")
            process.stdin.flush()
            times[name].append(float(process.stdout.readline()))
    for process in processes.values():
        process.stdin.close()
        process.wait()
    return times


def main():
    from nanoae.doctor import processor
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--serve", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.serve:
        return serve(options.serve)
    medians = {name: statistics.median(values) for name, values in measure(options.rounds).items()}
    rows = [{"contender": name, "ms": round(ms, 2), "times_numpy": round(medians["numpy"] / ms, 2),
             "times_torch": round(medians["torch"] / ms, 2) if "torch" in medians else None}
            for name, ms in medians.items()]
    if options.json:
        print(json.dumps({"cpu": processor(), "cores": len(os.sched_getaffinity(0)), "rows": rows}))
    else:
        print(f"{processor()}, {len(os.sched_getaffinity(0))} cores; milliseconds a step, median of {options.rounds}")
        for row in rows:
            against = f", {row['times_torch']} times PyTorch's speed" if row["times_torch"] else ""
            print(f"  {row['contender']:6} {row['ms']:8.2f} ms   {row['times_numpy']} times the NumPy rung's{against}")


if __name__ == "__main__":
    main()
