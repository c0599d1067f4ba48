"""The rungs: one operation, several implementations, each a package of flat functions.

`reference` (plain loops: the definition), `numpy` (vectorised), `numba` (compiled loops), `cupy` (CUDA C). Every rung
has the same functions with the same arguments in the same order, and a test holds them to it. Installed as
`nanoae.kernels`.

What a name means, everywhere:

* `x, y, dx, dy, at, mask, noise, index, x_hat, group_inv_std, target` and the `out` of a forward or an input gradient
  are activations in the rung's own layout. `storage(n, shape)` gives the array shape that holds n samples; n enters its
  first axis only, so that a smaller batch is a slice of the same buffer. `enter` and `leave` copy from and to
  (n, c, h, w), which are NumPy's or in the rung's own memory; `gather` enters images[index] / whole.
* `W, b, mean, var` and the `out` of a weight gradient have their one public shape on every rung.
* `out_b` is where the sum of dy over samples and pixels goes, or None. `transposed`: x and dy of a convolution's weight
  gradient have changed places, so that x is what is summed.
* `n` is the number of true samples where a rung may hold more lanes than that.
* `ws(shape, dtype)` hands out scratch memory; without one, scratch is allocated.
* `sums` is what a batch norm's weight gradient found for the same dy, (sum dy, sum dy x_hat), or None.
* `store` says how a result is written: None as it is, (name, parameters, None) through an activation, (name,
  parameters, at) times that activation's derivative where its output was `at`. `FUSES` names what a rung can store.
"""

# every function of a rung; beside them a rung has `xp`, its array module, and FUSES; `reshape`, if a sample of another
# shape is not the same memory; `serves`, if it borrows some; `capture`, if it can do a walk's calls again as one:
# with capture() as program: ...; program.replay()
OPERATIONS = (
    "dropout_forward", "dropout_input_grad", "dropout_mask", "enter", "gather", "leave", "storage",
    "linear_forward", "linear_input_grad", "linear_weight_grad",
    "conv2d_forward", "conv2d_input_grad", "conv2d_weight_grad",
    "elu_forward", "elu_input_grad", "leaky_relu_forward", "leaky_relu_input_grad", "relu_forward", "relu_input_grad",
    "sigmoid_forward", "sigmoid_input_grad", "softmax_forward", "softmax_input_grad", "softplus_forward",
    "softplus_input_grad",
    "tanh_forward", "tanh_input_grad",
    "avg_pool2d_forward", "avg_pool2d_input_grad", "max_pool2d_forward", "max_pool2d_input_grad",
    "upsample_forward", "upsample_input_grad",
    "batch_norm_commit", "batch_norm_forward", "batch_norm_input_grad", "batch_norm_stats",
    "batch_norm_weight_grad",
    "group_norm_forward", "group_norm_input_grad",
    "prelu_forward", "prelu_input_grad", "prelu_weight_grad",
    "bce", "bce_with_logits", "cross_entropy", "l1", "mse",
    "kl_penalty", "kl_penalty_input_grad", "l1_penalty", "l1_penalty_input_grad",
    "sampling_forward", "sampling_input_grad",
    "smooth_step_forward", "smooth_step_input_grad", "step_forward", "step_input_grad",
    "accumulate", "adam", "dot", "norms",
)
