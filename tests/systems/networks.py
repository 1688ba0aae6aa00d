"""Networks: layers, weight tying, skip connections, recurrences unrolled by hand, normalisation."""

import autograd.numpy as np

from tests.systems.cases import Case, labels


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _neuron(v):
    return np.sum((_sigmoid(v["w"] @ v["x"]) - v["t"]) ** 2) / 2


def _two_layers(v):
    h = _sigmoid(v["W"] @ v["x"] + v["b"])
    o = _sigmoid(v["V"] @ h + v["c"])
    return np.sum((o - v["t"]) ** 2) / 2


def _mlp(activation):
    def loss(v):
        h = activation(v["x"] @ v["W"] + v["b"])
        return np.sum((h @ v["V"] + v["c"] - v["y"]) ** 2) / 2 / len(v["x"])

    return loss


def _deep(v):
    h = np.tanh(v["x"] @ v["W1"] + v["b1"])
    g = np.where(h @ v["W2"] + v["b2"] <= 0, 0, h @ v["W2"] + v["b2"])
    p = _softmax(g @ v["W3"] + v["b3"])
    return -np.sum(v["y"] * np.log(p)) / len(p)


def _tied(v):
    h = np.tanh(v["x"] @ v["W"])
    return np.sum((h @ v["W"].T - v["x"]) ** 2)


def _skip(v):
    z = v["x"] @ v["W"]
    h = v["x"] + _sigmoid(z)
    g = h + np.tanh(h @ v["W"]) + v["x"]
    return np.sum(g**2)


def _two_inputs(v):
    h = np.tanh(v["x"] @ v["A"] + v["u"] @ v["B"])
    return np.sum(h * (v["x"] @ v["C"]))


def _siamese(v):
    f = np.tanh(v["x"] @ v["W"])
    g = np.tanh(v["u"] @ v["W"])
    return np.sum((f - g) ** 2)


def _unrolled(v):
    h = np.tanh(v["x"][0] @ v["U"] + v["b"])
    for t in (1, 2):
        h = np.tanh(v["x"][t] @ v["U"] + h @ v["W"] + v["b"])
    return np.sum(h**2)


def _batch_norm(v):
    z = v["x"] @ v["W"]
    m = np.mean(z, axis=0)
    s = np.mean((z - m) ** 2, axis=0)
    h = (z - m) / np.sqrt(s + 0.01) * v["g"] + v["c"]
    return np.sum(h**2 * v["y"])


def _layer_norm(v):
    z = v["x"]
    m = np.mean(z, axis=1, keepdims=True)
    s = np.sqrt(np.mean((z - m) ** 2, axis=1, keepdims=True) + 0.01)
    return np.sum(((z - m) / s * v["g"] + v["c"]) * v["y"])


def _attention(v):
    q, k, u = v["x"] @ v["Q"], v["x"] @ v["R"], v["x"] @ v["U"]
    a = _softmax(q @ k.T / np.sqrt(q.shape[1]))
    return np.sum((a @ u) ** 2)


def _embedding(v):
    e = v["E"][v["t"]]
    return np.sum((e @ v["w"] - v["y"]) ** 2) / 2


def _word_model(v):
    h = np.tanh(v["E"][v["t"]])
    p = _softmax(h @ v["E"].T)
    return -np.sum(np.log(p[np.arange(len(h)), v["s"]]))


def _gated(v):
    g = _sigmoid(v["x"] @ v["A"])
    h = np.tanh(v["x"] @ v["B"])
    return np.sum((g * h + (1 - g) * v["x"]) ** 2)


def _gradient_of_gate(v):
    z = v["x"] @ v["W"] + v["b"]
    return np.sum(z * _sigmoid(z) * v["y"])


MLP = """input x[n:N,i:I]; param W[i,j:J], b[j], V[j,k:K], c[k]; target y[n,k]
a[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]
h[n,j] = {}
o[n,k] = sum(j, h[n,j]*V[j,k]) + c[k]
L = sum(n,k, (o[n,k]-y[n,k])^2)/2/N"""

CASES = (
    Case(
        "single_neuron",
        """input x[j:J]; param w[k:K,j]; target t[k]
         z[k] = sum(j, w[k,j]*x[j]); o[k] = 1/(1+exp(-z[k])); E = 1/2*sum(k, (o[k]-t[k])^2)""",
        _neuron,
        "E",
    ),
    Case(
        "two_sigmoid_layers",
        """input x[i:I]; param W[j:J,i], b[j], V[k:K,j], c[k]; target t[k]
         a[j] = sum(i, W[j,i]*x[i]) + b[j]; h[j] = 1/(1+exp(-a[j]))
         z[k] = sum(j, V[k,j]*h[j]) + c[k]; o[k] = sigmoid(z[k])
         L = sum(k, (o[k]-t[k])^2)/2""",
        _two_layers,
    ),
    Case("mlp_tanh", MLP.format("tanh(a[n,j])"), _mlp(np.tanh)),
    Case("mlp_sigmoid", MLP.format("sigmoid(a[n,j])"), _mlp(_sigmoid)),
    Case("mlp_relu", MLP.format("relu(a[n,j])"), _mlp(lambda z: np.where(z <= 0, 0, z))),
    Case("mlp_max", MLP.format("max(0, a[n,j])"), _mlp(lambda z: np.where(z <= 0, 0, z))),
    Case("mlp_silu", MLP.format("silu(a[n,j])"), _mlp(lambda z: z * _sigmoid(z))),
    Case("mlp_softplus", MLP.format("ln(1+exp(a[n,j]))"), _mlp(lambda z: np.log(1 + np.exp(z)))),
    Case("mlp_sine", MLP.format("sin(a[n,j])"), _mlp(np.sin)),
    Case(
        "three_layers",
        """input x[n:N,i:I]; target y[n,k:K]; fact sum(k, y[n,k]) = 1
         param W1[i,j:J], b1[j], W2[j,m:M], b2[m], W3[m,k], b3[k]
         z1[n,j] = sum(i, x[n,i]*W1[i,j]) + b1[j]; h1[n,j] = tanh(z1[n,j])
         z2[n,m] = sum(j, h1[n,j]*W2[j,m]) + b2[m]; h2[n,m] = relu(z2[n,m])
         z3[n,k] = sum(m, h2[n,m]*W3[m,k]) + b3[k]; p[n,k] = exp(z3[n,k])/sum(l, exp(z3[n,l]))
         L = -sum(n,k, y[n,k]*ln(p[n,k]))/N""",
        _deep,
        data={"y": lambda rng, s: rng.dirichlet(np.ones(s[1]), s[0])},
    ),
    Case(
        "tied_autoencoder",
        """input x[n:N,i:I]; param W[i,j:J]
         h[n,j] = tanh(sum(i, x[n,i]*W[i,j])); r[n,i] = sum(j, h[n,j]*W[i,j])
         L = sum(n,i, (r[n,i]-x[n,i])^2)""",
        _tied,
    ),
    Case(
        "skip_connections",
        """input x[n:N,i:I]; param W[i,j:I]
         z[n,j] = sum(i, x[n,i]*W[i,j]); h[n,j] = x[n,j] + sigmoid(z[n,j])
         a[n,j] = sum(i, h[n,i]*W[i,j]); g[n,j] = h[n,j] + tanh(a[n,j]) + x[n,j]
         L = sum(n,j, g[n,j]^2)""",
        _skip,
    ),
    Case(
        "two_inputs",
        """input x[n:N,i:I], u[n,m:M]; param A[i,j:J], B[m,j], C[i,j]
         a[n,j] = sum(i, x[n,i]*A[i,j]) + sum(m, u[n,m]*B[m,j]); h[n,j] = tanh(a[n,j])
         L = sum(n,j, h[n,j]*sum(i, x[n,i]*C[i,j]))""",
        _two_inputs,
    ),
    Case(
        "siamese",
        """input x[n:N,i:I], u[n,i]; param W[i,j:J]
         f[n,j] = tanh(sum(i, x[n,i]*W[i,j])); g[n,j] = tanh(sum(i, u[n,i]*W[i,j]))
         L = sum(n,j, (f[n,j]-g[n,j])^2)""",
        _siamese,
    ),
    Case(
        "recurrent_unrolled",
        """input x[t:3,i:I]; param U[i,j:J], W[k:J,j], b[j]
         h0[j] = tanh(sum(i, x[0,i]*U[i,j]) + b[j])
         h1[j] = tanh(sum(i, x[1,i]*U[i,j]) + sum(k, h0[k]*W[k,j]) + b[j])
         h2[j] = tanh(sum(i, x[2,i]*U[i,j]) + sum(k, h1[k]*W[k,j]) + b[j])
         L = sum(j, h2[j]^2)""",
        _unrolled,
    ),
    Case(
        "batch_norm",
        """input x[n:N,i:I]; param W[i,j:J], g[j], c[j]; target y[n,j]
         z[n,j] = sum(i, x[n,i]*W[i,j]); m[j] = sum(n, z[n,j])/N
         s[j] = sum(n, (z[n,j]-m[j])^2)/N; r[j] = sqrt(s[j] + 0.01)
         q[n,j] = (z[n,j]-m[j])/r[j]; h[n,j] = g[j]*q[n,j] + c[j]
         L = sum(n,j, h[n,j]^2*y[n,j])""",
        _batch_norm,
    ),
    Case(
        "layer_norm",
        """input x[n:N,i:I]; param g[i], c[i]; target y[n,i]
         m[n] = mean(i, x[n,i]); s[n] = sqrt(mean(i, (x[n,i]-m[n])^2) + 0.01)
         q[n,i] = (x[n,i]-m[n])/s[n]
         L = sum(n,i, (g[i]*q[n,i] + c[i])*y[n,i])""",
        _layer_norm,
    ),
    Case(
        "attention",
        """input x[n:N,i:I]; param Q[i,j:J], R[i,j], U[i,m:M]
         q[n,j] = sum(i, x[n,i]*Q[i,j]); k[n,j] = sum(i, x[n,i]*R[i,j])
         u[n,m] = sum(i, x[n,i]*U[i,m])
         s[n,l] = sum(j, q[n,j]*k[l,j])/sqrt(J)
         a[n,l] = exp(s[n,l])/sum(r, exp(s[n,r]))
         o[n,m] = sum(l, a[n,l]*u[l,m])
         L = sum(n,m, o[n,m]^2)""",
        _attention,
    ),
    Case(
        "embedding",
        """target t[n:N], y[n]; param E[v:V,d:D], w[d]
         z[n] = sum(d, E[t[n],d]*w[d]); L = sum(n, (z[n]-y[n])^2)/2""",
        _embedding,
        data={"t": labels(7)},
    ),
    Case(
        "word_model",
        """input t[n:N], s[n]; param E[v:V,d:D]
         h[n,d] = tanh(E[t[n],d]); z[n,v] = sum(d, h[n,d]*E[v,d])
         p[n,v] = exp(z[n,v])/sum(u, exp(z[n,u])); L = -sum(n, ln(p[n,s[n]]))""",
        _word_model,
        data={"t": labels(7), "s": labels(7)},
    ),
    Case(
        "gate",
        """input x[n:N,i:I]; param A[i,j:I], B[i,j]
         a[n,j] = sum(i, x[n,i]*A[i,j]); b[n,j] = sum(i, x[n,i]*B[i,j])
         g[n,j] = sigmoid(a[n,j]); h[n,j] = tanh(b[n,j])
         L = sum(n,j, (g[n,j]*h[n,j] + (1-g[n,j])*x[n,j])^2)""",
        _gated,
    ),
    Case(
        "swish_spelled",
        """input x[n:N,i:I]; param W[i,j:J], b[j]; target y[n,j]
         z[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]
         L = sum(n,j, z[n,j]/(1+exp(-z[n,j]))*y[n,j])""",
        _gradient_of_gate,
    ),
)
