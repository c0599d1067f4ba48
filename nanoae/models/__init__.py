"""Architectures: functions that return an unbuilt Stack of an encoder and a decoder, or of two players."""
from .autoencoder import conv_autoencoder, frame_autoencoder
from .gan import dcgan
from .variational import digit_vae, photograph_vae

__all__ = ["conv_autoencoder", "dcgan", "digit_vae", "frame_autoencoder", "photograph_vae"]
