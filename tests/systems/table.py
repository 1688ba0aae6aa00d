"""All systems."""

from tests.systems import chains, losses, networks, tensors

CASES = (*chains.CASES, *losses.CASES, *networks.CASES, *tensors.CASES)
