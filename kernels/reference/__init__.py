"""The definition: every operation as plain loops over single numbers, arrays as (n, c, h, w).

Slow on purpose. It is what the other rungs are tested against and what the layers' pages show.
"""
import numpy as xp

from .activation import (elu_forward, elu_input_grad, leaky_relu_forward, leaky_relu_input_grad, relu_forward,
                         relu_input_grad, sigmoid_forward, sigmoid_input_grad, softmax_forward, softmax_input_grad,
                         softplus_forward, softplus_input_grad, tanh_forward, tanh_input_grad)
from .conv import conv2d_forward, conv2d_input_grad, conv2d_weight_grad
from .group_norm import group_norm_forward, group_norm_input_grad
from .layout import dropout_forward, dropout_input_grad, dropout_mask, enter, gather, leave, reshape, storage
from .linear import linear_forward, linear_input_grad, linear_weight_grad
from .loss import bce, bce_with_logits, cross_entropy, l1, mse
from .norm import batch_norm_commit, batch_norm_forward, batch_norm_input_grad, batch_norm_stats, batch_norm_weight_grad
from .norms import accumulate, dot, norms
from .optim import adam
from .penalty import l1_penalty, l1_penalty_input_grad
from .pool import (avg_pool2d_forward, avg_pool2d_input_grad, max_pool2d_forward, max_pool2d_input_grad,
                   upsample_forward, upsample_input_grad)
from .prelu import prelu_forward, prelu_input_grad, prelu_weight_grad
from .sampling import kl_penalty, kl_penalty_input_grad, sampling_forward, sampling_input_grad
from .step import smooth_step_forward, smooth_step_input_grad, step_forward, step_input_grad

# the activations that a Linear or a convolution can store its result through
FUSES = ()
