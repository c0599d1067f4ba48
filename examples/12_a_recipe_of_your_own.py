# %% [markdown]
# # A recipe of your own
#
# A recipe says what is trained: settings, data, network, figures, pictures. Everything else, run directories,
# checkpoints, Ctrl-C and `--resume`, searches, comes with it. This one asks how much a code of few numbers loses to
# noise on the images.

# %%
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nanoae
from nanoae import Stack
from nanoae.data import Batches, Noise
from nanoae.layers import Flatten, Linear, ReLU, Reshape, Sigmoid
from nanoae.recipes.recipe import Recipe, Source
from nanoae.recipes.settings import Settings, own, shared
from nanoae.training.plain_progress import Nobody


@dataclass
class NoisySettings(Settings):
    epochs: int = shared("epochs", 3)
    optimizer: str = shared("optimizer", "adam")
    batch_size: int = shared("batch_size", 128)
    lr: float | None = shared("lr", 0.002)
    latent: int = shared("latent", 12)
    noise: float = own(0.3, "standard deviation of the noise on what the network is given", least=0)


class Noisy(Recipe):
    name, about = "noisy", "codes of images with noise: the target is the clean image"
    Settings = NoisySettings
    source = Source(real="mnist", embedded="digits", shape=(1, 28, 28))

    def network(self, s, method, shape):
        return Stack([Stack([Flatten(), Linear(784, 64), ReLU(), Linear(64, s.latent)], name="encoder"),
                      Stack([Linear(s.latent, 64), ReLU(), Linear(64, 784), Sigmoid(), Reshape(shape)],
                            name="decoder")])

    def batches(self, s, images, labels, seeds, size):
        return Batches(images, size, s.dtype, corrupt=Noise(s.noise, seeds.inputs) if s.noise else None)


# %% [markdown]
# In a file, it is trained by `nanoae run FILE.py:Noisy --set noise=0.5`. From Python:

# %%
recipe = Noisy()
for noise in (0.0, 0.3, 0.6):
    with tempfile.TemporaryDirectory() as folder:
        settings = NoisySettings(data="embedded", noise=noise, out=str(Path(folder) / "run"))
        path, summary = recipe.run(settings, progress=lambda cells: Nobody())
        print(f"noise {noise}: test loss {summary['test_loss']:.4f}, {[file.name for file in path.glob('*.png')]}")

# %% [markdown]
# `nanoae.load_run(directory)` opens such a run; `nanoae encode`, `reconstruct` and `report` use it from the command
# line.

# %%
print(nanoae.load_run.__doc__.splitlines()[0])
