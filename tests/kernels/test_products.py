"""Matrix products: which equations are one, and where they are computed."""

from symbp.kernels.loops import Contract
from symbp.kernels.lowering import needed
from symbp.kernels.products import computed_in_place, matrix_product
from tests.kernels.running import read

DENSE = "input x[n:N, j:J]; param W[j, k:K], b[k]; "


def in_place(text, output="L"):
    system = read(text)
    found = computed_in_place(needed(system, (output,)), system, (output,))
    return {target: product.target for target, product in found.items()}


def test_a_product_of_whole_matrices_is_one():
    system = read(DENSE + "z[n,k] = sum(j, x[n,j]*W[j,k])")
    made = matrix_product(system.equations[0], system)
    assert made == Contract("z", ("x", False), ("W", False))
    system = read(DENSE + "z[n,k] = sum(j, x[n,j]*W[j,k]^2)")
    assert matrix_product(system.equations[0], system) is None


def test_a_product_is_computed_where_its_one_reader_stores():
    text = DENSE + "z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]; L = sum(n, k, z[n,k]^2)"
    assert in_place(text) == {"z": "_1"}


def test_a_product_that_is_read_elsewhere_keeps_its_memory():
    turned = "input a[i:N, j:N], b[i, j]; "
    text = turned + "z[i,j] = sum(c, a[i,c]*b[c,j]) - sum(c, a[j,c]*b[c,i]); L = sum(i, j, z[i,j])"
    found = in_place(text)  # the second product is read across
    assert found == {"z": "_1"}
    text = DENSE + "z[n,k] = b[k]*sum(j, x[n,j]*W[j,k]); L = sum(n, k, z[n,k])"
    assert in_place(text) == {"z": "_1"}
    assert in_place(DENSE + "z[n,k] = sum(j, x[n,j]*W[j,k]); L = sum(n, k, z[n,k]^2)") == {}


def test_a_part_of_a_target_takes_no_product():
    text = DENSE + "s[n] = sum(k, b[k]*sum(j, x[n,j]*W[j,k])); L = sum(n, s[n])"
    assert in_place(text) == {}
