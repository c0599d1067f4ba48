"""CUDA C kernels through CuPy: a warp is a block of 32 samples, and a walk is a graph.

Activations lie in blocks of samples, as the numba rung's do; the layers never see it. Kernels are compiled at their
first use, for the device that is there.
"""
from .conv import conv2d_forward, conv2d_input_grad, linear_forward, linear_input_grad
from .graph import capture
from .group_norm import group_norm_forward, group_norm_input_grad
from .launch import ACTIVATIONS, xp
from .layout import dropout_forward, dropout_input_grad, dropout_mask, enter, gather, leave, storage
from .loss import bce, bce_with_logits, l1, mse
from .norm import (batch_norm_commit, batch_norm_forward, batch_norm_input_grad, batch_norm_stats,
                   batch_norm_weight_grad)
from .penalty import (kl_penalty, kl_penalty_input_grad, l1_penalty, l1_penalty_input_grad, sampling_forward,
                      sampling_input_grad)
from .pointwise import (elu_forward, elu_input_grad, leaky_relu_forward, leaky_relu_input_grad, relu_forward,
                        relu_input_grad, sigmoid_forward, sigmoid_input_grad, smooth_step_forward,
                        smooth_step_input_grad, softplus_forward, softplus_input_grad, step_forward, step_input_grad,
                        tanh_forward, tanh_input_grad)
from .pool import (avg_pool2d_forward, avg_pool2d_input_grad, max_pool2d_forward, max_pool2d_input_grad,
                   upsample_forward, upsample_input_grad)
from .prelu import prelu_forward, prelu_input_grad, prelu_weight_grad
from .softmax import cross_entropy, softmax_forward, softmax_input_grad
from .vectors import accumulate, adam, dot, norms
from .weight_grad import conv2d_weight_grad, linear_weight_grad

FUSES = tuple(ACTIVATIONS)
