"""fashion-gan: paper 5's generator and discriminator on Fashion-MNIST."""
from .recipe import recipe as recipe
