"""Adam, one parameter after the other."""
import math


def adam(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay, decoupled, ws=None):
    for i in range(len(theta)):
        g = grad[i]
        if decoupled:
            theta[i] -= lr * weight_decay * theta[i]
        else:
            g = g + weight_decay * theta[i]
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g * g
        m_hat, v_hat = m[i] / (1 - beta1 ** t), v[i] / (1 - beta2 ** t)
        theta[i] -= lr * m_hat / (math.sqrt(v_hat) + eps)
