"""A chain of scalar equations: its derivative, the steps, and the value at a point."""

import symbp as sb

chain = sb.System("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1")
derivation = sb.derive(chain, of="E", wrt="X", at={"X": 2})

print(derivation["X"])
print()
for step in derivation.steps:
    print(f"{step.number:>5}  {step.because}")
print()
print(derivation.text())
