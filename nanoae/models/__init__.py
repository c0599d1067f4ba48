"""Architectures: functions that return an unbuilt Stack of an encoder and a decoder."""
from .autoencoder import conv_autoencoder, frame_autoencoder

__all__ = ["conv_autoencoder", "frame_autoencoder"]
