"""Adam, one parameter after the other."""
import math


def adam(theta, grad, m, v, t, lr, beta1, beta2, eps, weight_decay, decoupled, ws=None):
    for i in range(len(theta)):
        g = grad[i]
        if decoupled:
            theta[i] -= lr * weight_decay * theta[i]    # theta <- (1 - lr weight_decay) theta
        else:
            g = g + weight_decay * theta[i]    # g <- g + weight_decay theta
        m[i] = beta1 * m[i] + (1 - beta1) * g    # m <- beta1 m + (1 - beta1) g
        v[i] = beta2 * v[i] + (1 - beta2) * g * g    # v <- beta2 v + (1 - beta2) g^2
        m_hat = m[i] / (1 - beta1 ** t)    # m_hat = m / (1 - beta1^t)
        v_hat = v[i] / (1 - beta2 ** t)    # v_hat = v / (1 - beta2^t)
        theta[i] -= lr * m_hat / (math.sqrt(v_hat) + eps)    # theta <- theta - lr m_hat / (sqrt(v_hat) + eps)
