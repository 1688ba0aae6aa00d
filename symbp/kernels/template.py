"""The parts of an emitted file that are the same in every file."""

from __future__ import annotations

__all__ = [
    "AS_LABELS",
    "CHECKS",
    "CHECK_RANGE",
    "CHECK_WORD",
    "CHECK_WORKSPACE",
    "HEAD",
    "PARAMETERS",
]

#: Between the docstring and the functions of the model. Doubled braces are braces of the file.
HEAD = '''\
{imports}import numba
import numpy as np

#: Hash of this file; it makes the names of compiled functions unique.
HASH = "{hash}"
#: Whether Numba keeps what it compiled beside this file.
CACHE = {cache}
#: The type of every real number here.
REAL = np.{dtype}

# What the checks raise; a program that has error classes of its own may put them here.
ShapeError = DataError = ValueError
DTypeError = TypeError


def compiled(function):
    """Compile a function when it is first called; divisions by 0 give inf or nan, as in NumPy.

    No C code calls them: a wrapper for it would only cost time to compile.
    """
    function.__qualname__ = f"{{function.__name__}}_{{HASH}}"
    return numba.njit(
        cache=CACHE,
        nogil=True,
        no_cfunc_wrapper=True,
        error_model="numpy",
        fastmath={{"contract", "nsz"}},
    )(function)
'''

CHECKS = '''\
def read_array(name, value, axes, kind):
    """A value as an array of numbers, with so many axes and no axis empty."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ShapeError(f"the rows of {name} differ in length") from None
    if array.dtype.kind not in "biuf" or isinstance(value, np.ma.MaskedArray):
        found = type(value).__name__
        raise DTypeError(f"{name} is a {found} of {array.dtype}; {kind} are needed")
    if array.ndim != axes:
        raise ShapeError(f"{name} needs {axes} axes; its shape is {array.shape}")
    if array.size == 0:
        raise DataError(f"{name} is empty, its shape is {array.shape}; at least 1 is needed")
    return array


def as_array(name, value, axes):
    """A contiguous array of REAL; it is a copy only where type or layout differ."""
    array = read_array(name, value, axes, "real numbers")
    with np.errstate(over="ignore"):
        made = np.asarray(array, REAL, order="C")
    if made.dtype.itemsize < array.dtype.itemsize and np.isinf(made).sum() > np.isinf(array).sum():
        raise DataError(f"{name} holds a value that is too large for {made.dtype}")
    return made


def check_shape(name, array, shape, letters):
    """The shape is what the extents say."""
    if array.shape != shape:
        raise ShapeError(f"{name}[{letters}] has shape {array.shape}; {shape} is needed")


def first(wrong):
    """The first place where something is wrong, as text."""
    place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    return f"[{', '.join(str(int(i)) for i in place)}]" if place else ""


def check_finite(**arrays):
    """Every entry of every array is a finite number."""
    for name, array in arrays.items():
        wrong = ~np.isfinite(array)
        if wrong.any():
            found = np.asarray(array)[wrong][0]
            needed = "finite numbers are needed; mask with where, not with inf or nan"
            raise DataError(f"{name}{first(wrong)} is {found}; {needed}")
'''

CHECK_RANGE = '''\
def check_range(access, low, high, extent):
    """An access stays inside its array for all values of its indices."""
    if low < 0 or high >= extent:
        raise ShapeError(f"{access} would read {low} to {high}, outside 0..{extent - 1}")
'''

AS_LABELS = '''\
def as_labels(name, value, axes):
    """A contiguous array of integers; floats are taken where they are whole."""
    array = read_array(name, value, axes, "integers")
    wrong = ~(np.abs(array) < 2.0**53) | (array != np.floor(array))
    if wrong.any():
        raise DataError(f"{name}{first(wrong)} is {array[wrong][0]}, no integer below 2**53")
    return np.asarray(array, np.int64, order="C")


def check_labels(name, labels, below):
    """Labels index an axis: a label outside would read foreign memory."""
    wrong = (labels < 0) | (labels >= below)
    if np.any(wrong):
        wrong = np.asarray(wrong)
        at = first(wrong)
        raise DataError(
            f"label {np.asarray(labels)[wrong][0]} of {name} at {at or 'its one place'} is outside "
            f"its range: allowed are 0..{below - 1}"
        )
'''

CHECK_WORD = '''\
def check_word(fact, holds):
    """A declared fact holds everywhere."""
    wrong = ~np.asarray(holds)
    if wrong.any():
        where = f" at {first(wrong)}" if wrong.shape else ""
        raise DataError(
            f"the declared fact {fact} does not hold{where}; "
            "mend the data, or compile without facts: facts=()"
        )
'''

CHECK_WORKSPACE = '''\
def check_workspace(workspace, sizes):
    """The memory is of this file, and made for these sizes."""
    if not isinstance(workspace, Workspace):
        raise DTypeError("the workspace is not one of this file; make_workspace makes them")
    if workspace.extents != sizes:
        raise ShapeError(f"the workspace is for {workspace.extents}; {sizes} is needed")
'''

#: Functions of the parameter vector; they read `parameter_shapes`.
PARAMETERS = '''\
def views(theta, shapes):
    """The parts of a vector under their names; they share its memory."""
    parts, at = {}, 0
    for name, shape in shapes:
        size = math.prod(shape)
        parts[name] = theta[at : at + size].reshape(shape)
        at += size
    return parts
'''
