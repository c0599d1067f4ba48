"""Compiled: convolution and Linear by micro-kernels written for the machine's vector registers, all else as one pass.

Activations are blocks of samples, innermost (see `layout`); the layers never see it. What no block kernel was written
for (enlarging, convolutions with dilation or groups) is borrowed from the NumPy rung, and `serves` says so.
"""
import numpy as xp

from ..numpy import group_norm as plain_group_norm
from ..numpy import pool as plain_pool
from ..numpy import prelu as plain_prelu
from . import conv as plans
from . import public
from .activation import (elu_forward, elu_input_grad, leaky_relu_forward, leaky_relu_input_grad, relu_forward,
                         relu_input_grad, sigmoid_forward, sigmoid_input_grad, softplus_forward, softplus_input_grad,
                         tanh_forward, tanh_input_grad)
from .conv import conv2d_forward, conv2d_input_grad, linear_forward, linear_input_grad
from .dropout import dropout_forward, dropout_input_grad, dropout_mask
from .layout import enter, gather, leave, reshape, storage
from .loss import bce, bce_with_logits, cross_entropy, l1, mse
from .norm import (batch_norm_commit, batch_norm_forward, batch_norm_input_grad, batch_norm_stats,
                   batch_norm_weight_grad)
from .norms import accumulate, dot, norms
from .optim import adam
from .penalty import l1_penalty, l1_penalty_input_grad
from .program import capture
from .pool import avg_pool2d_forward, avg_pool2d_input_grad, max_pool2d_forward, max_pool2d_input_grad
from .sampling import kl_penalty, kl_penalty_input_grad, sampling_forward, sampling_input_grad
from .softmax import softmax_forward, softmax_input_grad
from .step import smooth_step_forward, smooth_step_input_grad, step_forward, step_input_grad
from .store import FUSES    # the activations that a result can be stored through
from .weight_grad import conv2d_weight_grad, linear_weight_grad

upsample_forward = public.in_public_layout(plain_pool.upsample_forward)
upsample_input_grad = public.in_public_layout(plain_pool.upsample_input_grad)
prelu_forward = public.in_public_layout(plain_prelu.prelu_forward)
prelu_input_grad = public.in_public_layout(plain_prelu.prelu_input_grad)
prelu_weight_grad = public.in_public_layout(plain_prelu.prelu_weight_grad, writes=())
group_norm_forward = public.in_public_layout(plain_group_norm.group_norm_forward,
                                             writes=("out", "x_hat", "group_inv_std"))
group_norm_input_grad = public.in_public_layout(plain_group_norm.group_norm_input_grad)


def serves(operation, geometry=None):
    """Does this rung compute an operation itself, with a convolution's geometry? Else the NumPy rung's kernel does."""
    if operation in ("conv2d_forward", "conv2d_input_grad"):
        return not plans.borrowed(geometry)
    return operation not in ("upsample_forward", "prelu_forward", "group_norm_forward")
