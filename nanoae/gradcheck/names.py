"""The vocabulary of mistakes, and for each name a question that leads to it and the line of mathematics.

A name may go on after these words ("factor 1/N", "path missing through a mean or sum"). Where a gradient has none of
them it is "unknown". dy is the upstream gradient, J the Jacobian of forward: backward computes J' dy.
"""

NAMES = {
    "forward changes an input": (
        "Who else holds the array that forward writes into?", "y = f(x) leaves x as it is: compute into a new array"),
    "forward is random": (
        "Would two calls give the same output?", "the derivative is of one draw: keep it for backward"),
    "backward is random": (
        "Does backward draw again what forward drew?", "dx = dy * mask, with the mask that forward drew"),
    "backward changes dy": (
        "Which line writes into dy?", "dy * f'(z) is a new array; dy *= f'(z) is the caller's"),
    "backward changes an input": (
        "Which line of backward writes into x or a parameter?", "a gradient is computed beside its input"),
    "backward changes the cache": (
        "Would a second backward from the same forward give the same?",
        "a gradient is computed beside what forward kept"),
    "accumulates over calls": (
        "What stands in the gradient before backward begins?", "dW = ..., or dW = 0 before dW += ..."),
    "stale cache": (
        "When was what backward works with stored?", "backward's x is that of the same call's forward"),
    "not finite": (
        "What is divided by, or taken a logarithm of?", "f'(x) at the border of its domain needs a value of its own"),
    "shape": (
        "What shape has the input, and what shape has its gradient?", "dx[k] = dL/dx[k]: one entry for each of x"),
    "dtype": (
        "What dtype has the array that the gradient is written into?",
        "np.zeros_like of ints holds ints: make it of floats"),
    "not summed": (
        "How often does forward use each entry?", "broadcast forward is summed backward: db = sum over n of dy[n]"),
    "zero gradient": (
        "Does the output depend on this input?", "dL/dx = J' dy, and J is not 0"),
    "factor": (
        "By what is the gradient too large, and where does forward divide or multiply by that?",
        "L = 1/N sum l_n gives dL/dx = 1/N sum dl_n/dx: each factor of forward once, and none besides"),
    "transposed": (
        "What is the shape of x' dy, and of dy' x?", "y = x W: dW = x' dy; y = x W': dW = dy' x"),
    "operand transposed": (
        "Which W takes dy back to the shape of x?", "y = x W gives dx = dy W'"),
    "axes swapped": (
        "Which axis of the weights meets which axis of dy?", "dx[c] = sum over f of w[f, c] dy[f]"),
    "axis flipped": (
        "In what order do the entries of dy come?", "dx[k] belongs to x[k]"),
    "result flipped": (
        "In what order does the gradient's axis run?", "dw[k] = sum over t of x[t + k] dy[t]"),
    "flipped kernel": (
        "Forward correlates; what does its transpose do?", "y[t] = sum_k w[k] x[t + k] gives dx[s] = sum_k w[k] "
        "dy[s - k]: the kernel turned against forward's order"),
    "shifted": (
        "At which index does the padding end?", "dx = padded dx [p : p + h]"),
    "index off by one": (
        "Which entry does index k mean in forward?", "y[k] = x[k + 1] gives dx[k + 1] = dy[k]"),
    "stride": (
        "How far does the window move from one output to the next?", "output i reaches inputs s i, ..., s i + k - 1"),
    "wrong setting": (
        "Which stride, padding or axis does backward use?", "backward has the settings of forward"),
    "wrong axis": (
        "Over which axes does forward sum, or share a value?", "sum backward along the axes that forward spreads over"),
    "wrong entry": (
        "Which entry did forward choose?", "y = x[argmax] gives dx[argmax] = dy"),
    "wrong variable": (
        "At which value is the derivative taken: the input, or the output?", "d tanh(z)/dz = 1 - y^2, y = tanh(z)"),
    "derivative missing": (
        "Is every function that forward applies differentiated?", "y = f(z) gives dz = dy * f'(z)"),
    "derivative twice": (
        "How often does f' stand in backward?", "y = f(z) gives dz = dy * f'(z), once"),
    "part of a derivative missing": (
        "What is the whole derivative of this function?", "d sigmoid(z)/dz = y (1 - y): both factors"),
    "factor missing": (
        "What is dy multiplied by in forward?", "y = g * z gives dz = dy * g and dg = dy * z"),
    "extra factor": (
        "What is multiplied in that forward does not have?", "y = z + b gives db = dy"),
    "mask missing": (
        "Which entries does forward let through?", "y = max(x, 0) gives dx = dy * (x > 0)"),
    "mask inverted": (
        "For which sign of x does forward let dy through?", "y = max(x, 0) gives dx = dy * (x > 0)"),
    "mask from dy": (
        "Whose sign decides: that of x, or that of dy?", "y = max(x, 0) gives dx = dy * (x > 0)"),
    "wrong mask": (
        "For which entries is the derivative 0?", "dx = dy * (where forward lets x through)"),
    "upstream ignored": (
        "Where does backward use dy?", "dx = J' dy: the layer above decides"),
    "one sample only": (
        "How many samples contribute?", "dW = sum over n of x[n]' dy[n]"),
    "one position only": (
        "How many outputs contribute?", "dW = sum over all outputs"),
    "one step only": (
        "How many time steps use the weights?", "dW = sum over t of dW_t"),
    "overwritten": (
        "Does the loop add, or write?", "dW += ..., for = keeps the last term"),
    "contributions missing": (
        "Which entries of the output depend on the entries that get nothing?", "dx[k] = sum of dy[j] dy[j]/dx[k]"),
    "contributions too many": (
        "Which entries take part in forward?", "dx[k] = 0 where y does not depend on x[k]"),
    "one-hot missing": (
        "What does the true class add to the gradient?", "L = -log p[t] gives dz = p - onehot(t)"),
    "mean term missing": (
        "Does the mean depend on x?", "y = x - mean(x) gives dx = dy - mean(dy)"),
    "variance term missing": (
        "Does the variance depend on x?", "dx = (dh - mean(dh) - h mean(dh h)) / std, h the normalised x"),
    "mean and variance terms missing": (
        "Are the statistics constants?", "dx = (dh - mean(dh) - h mean(dh h)) / std, h the normalised x"),
    "coupling term missing": (
        "Does each output depend on one input alone?", "softmax: dz = p (dp - sum(dp p))"),
    "wrong factor in a term": (
        "With what factor does this term stand?", "derive each term by itself, then add"),
    "penalty term wrong": (
        "What does the penalty add to the gradient?", "L + c |W|^2 gives dW + 2 c W"),
    "term wrong": (
        "Which term of the loss holds this input?", "derive each term by itself, then add"),
    "path missing": (
        "On how many ways does this value reach the output?", "dx = sum over all paths: y = f(x) + g(x) gives f' + g'"),
    "wrong factor in a path": (
        "How often is this path counted?", "dx = sum over all paths, each once"),
    "gradients swapped": (
        "In what order are the gradients returned?", "one for each input, in the order of the inputs"),
    "gradient of another input": (
        "Of which input is this the gradient?", "one for each input, in the order of the inputs"),
    "Jacobian transposed": (
        "Is it J or J' that dy is multiplied by?", "dx = J' dy"),
}


def lesson(name):
    """(question, line of mathematics) for a name, or two empty texts."""
    words = max((key for key in NAMES if name == key or name.startswith(f"{key} ")), key=len, default="")
    return NAMES.get(words, ("", ""))
