"""The median of values that come in parts, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visiomatic.kernel import median as room
from visiomatic.kernel import median_of_parts

WIDTHS = st.sampled_from([32, 64])


@given(st.data(), WIDTHS, st.integers(1, 7), st.sampled_from([0, 3, 1 << 21]))
def test_it_is_the_median_whatever_the_parts_are(data: st.DataObject, width: int, pieces: int, kept: int) -> None:
    numbers = st.floats(width=width, allow_nan=False, allow_infinity=False)
    values = np.array(data.draw(st.lists(numbers, min_size=1, max_size=60)), f"f{width // 8}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_KEPT", kept)
        found = median_of_parts(lambda: np.array_split(values, pieces), values.size)
    middle = np.sort(values.astype(np.longdouble))[[(values.size - 1) // 2, values.size // 2]]
    assert found == pytest.approx(float(middle.mean()), rel=1e-15, abs=5e-324)
