"""stacked-adversarial: paper 4's generative adversarial stacked autoencoder, and its rivals."""
from .recipe import recipe as recipe
