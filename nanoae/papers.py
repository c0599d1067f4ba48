"""The five papers whose systems are the recipes: who wrote them, when, and what each contributed here."""
from typing import NamedTuple


class Paper(NamedTuple):
    """authors: none where the paper names none."""

    authors: str
    year: str
    title: str
    contributed: str
    recipes: tuple

    def __str__(self):
        return ", ".join(filter(None, (self.authors, f"\"{self.title}\"", self.year)))


PAPERS = {
    1: Paper("Sayan Nag", "2020", "Lookahead optimizer improves the performance of Convolutional Autoencoders for "
             "reconstruction of natural images",
             "Lookahead around Adam against Adam alone, on a convolutional autoencoder of film frames and a "
             "convolutional variational one of CIFAR-100.", ("lookahead-autoencoder", "lookahead-vae")),
    2: Paper("", "", "Homework 2: Unsupervised Learning",
             "A small convolutional autoencoder of MNIST from end to end: three optimizers, a random search with "
             "folds, denoising, a classifier on its encoder, its latent space, a variational autoencoder. The copy we "
             "have names neither author nor year.",
             ("mnist-autoencoder", "mnist-optimizers", "mnist-denoising", "mnist-classifier", "mnist-latent",
              "mnist-vae")),
    3: Paper("Eyal Gur", "2024", "Autoencoder Neural Networks With Nested Alternating Minimization",
             "Encoder and decoder minimised by turns, each by a method of its own: Adam by turns on sparse codes, "
             "FISTA by turns on half images (algorithm 1), and codes of bits (algorithms 2 and 3).",
             ("nam-autoencoder", "anamo", "binary-autoencoder")),
    4: Paper("Ariel Ruiz-Garcia, Ibrahim Almakky, Vasile Palade and Luke Hicks", "2020",
             "Generative Adversarial Stacked Autoencoders",
             "A stack of shallow autoencoders that grows inward, each trained with a discriminator of its own "
             "(algorithm 1).", ("stacked-adversarial",)),
    5: Paper("João Ramos da Silva Tabuaço Freitas", "2022", "Homework 1: Unsupervised Deep Learning",
             "Fashion-MNIST with batch norm and codes of three numbers: Optuna's search, folds, denoising, a "
             "classifier on codes, latent planes; and a generative adversarial network.",
             ("fashion-autoencoder", "fashion-folds", "fashion-denoising", "fashion-classifier", "fashion-latent",
              "fashion-gan")),
}
