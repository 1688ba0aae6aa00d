"""A formula in NumPy syntax: the negative log-likelihood of a normal distribution."""

import symbp as sb

nll = sb.System.from_numpy(
    "np.sum(np.log(s) + (x-m)**2/(2*s**2))",
    shapes={"x": ["N"], "m": [], "s": []},
    params=["m", "s"],
    facts={"s": "positive"},
)
derivation = sb.derive(nll)

print(derivation["m"])
print(derivation["s"])
print("needs:", "; ".join(str(c) for c in derivation.conditions) or "nothing")
