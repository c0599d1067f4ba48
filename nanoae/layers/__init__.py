"""The layers, one file each, forward and backward neighbours."""
from .activation import ELU, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from .avg_pool2d import AvgPool2d
from .batch_norm import BatchNorm
from .conv2d import Conv2d
from .conv_transpose2d import ConvTranspose2d
from .dropout import Dropout
from .flatten import Flatten, Reshape
from .global_avg_pool2d import GlobalAvgPool2d
from .group_norm import GroupNorm
from .kl_penalty import KLPenalty
from .l1_penalty import L1Penalty
from .layer import Layer
from .linear import Linear
from .max_pool2d import MaxPool2d
from .prelu import PReLU
from .sampling import Sampling
from .softmax import Softmax
from .step import SmoothStep, Step
from .upsample import Upsample

__all__ = ["ELU", "AvgPool2d", "BatchNorm", "Conv2d", "ConvTranspose2d", "Dropout", "Flatten", "GlobalAvgPool2d",
           "GroupNorm", "KLPenalty", "L1Penalty", "Layer", "LeakyReLU", "Linear", "MaxPool2d", "PReLU", "ReLU",
           "Reshape", "Sampling", "Sigmoid", "SmoothStep", "Softmax", "Softplus", "Step", "Tanh", "Upsample"]
