"""Adam as a few passes over flat vectors."""
import numpy as np

from .scratch import fresh


def adam(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay, decoupled, ws=fresh):
    g, s = ws(theta.shape, theta.dtype), ws(theta.shape, theta.dtype)
    if decoupled:
        theta *= 1 - lr * weight_decay
        weight_decay = 0
    np.multiply(theta, weight_decay, out=g)
    g += grad
    np.multiply(g, 1 - beta1, out=s)
    m *= beta1
    m += s    # m = beta1 m + (1 - beta1) g
    np.square(g, out=s)
    s *= 1 - beta2
    v *= beta2
    v += s    # v = beta2 v + (1 - beta2) g^2
    np.divide(v, 1 - beta2 ** t, out=s)
    np.sqrt(s, out=s)
    s += eps
    np.divide(m, s, out=s)
    s *= lr / (1 - beta1 ** t)    # lr m_hat / (sqrt(v_hat) + eps)
    theta -= s
