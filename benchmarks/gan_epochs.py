"""Epochs of the recipe fashion-gan's game against PyTorch's twin, in turns: 469 steps of both players each.

    python -m benchmarks.gan_epochs [--epochs 10] [--modes eager cl-fused]

A contender has a process of its own and trains an epoch while the other waits; printed are the sums and their ratios.
Left out on both sides is what follows an epoch: images made and measured.
"""
import argparse

from .train_step import Contender

STEPS = -(-60_000 // 128)    # mini-batches of Fashion-MNIST


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--modes", nargs="+", default=["eager"], help="of PyTorch (see benchmarks.train_step)")
    asked = parser.parse_args()
    contenders = {name: Contender("G", name, "float32") for name in ("ours", *asked.modes)}
    silent = [name for name, one in contenders.items() if not one.runs]
    if silent or asked.epochs < 1:
        parser.error(f"does not run here: {', '.join(silent)}; PyTorch: pip install -e '.[torch]'" if silent else
                     f"--epochs is at least 1; got {asked.epochs}")
    seconds = dict.fromkeys(contenders, 0.0)
    for epoch in range(1, asked.epochs + 1):
        for name, one in contenders.items():
            seconds[name] += one.ask(STEPS) * STEPS / 1e3
        told = ", ".join(f"{name} {total:.1f} s" for name, total in seconds.items())
        shares = ", ".join(f"{seconds['ours'] / seconds[name]:.2f} of {name}" for name in asked.modes)
        print(f"after {epoch} epoch{'s' * (epoch > 1)} of {STEPS} steps: {told}; ours takes {shares}", flush=True)
    for one in contenders.values():
        one.leave()


if __name__ == "__main__":
    main()
