"""Packing: what is packed comes back, whatever it is."""

import json
import zlib

from hypothesis import given
from hypothesis import strategies as st

from firstspawn.uptime.packing import pack, unpack

_keys = st.integers(0, 99)
_numbers = st.integers(-1, 2**40)


@given(st.integers(1, 6).flatmap(lambda n: st.dictionaries(_keys, st.tuples(*[_numbers] * n))))
def test_rows_come_back_as_they_were(rows: dict[int, tuple[int, ...]]) -> None:
    assert unpack(pack(rows)) == (rows, {})


def test_the_header_comes_back() -> None:
    header = {"hour": 5, "failures": {"timeout": [1, 2]}}

    assert unpack(pack({3: (1,)}, header)) == ({3: (1,)}, header)


def test_keys_are_stored_as_small_steps() -> None:
    packed = pack({10: (1,), 12: (2,), 99: (3,)})

    assert json.loads(zlib.decompress(packed))["k"] == [10, 2, 87]
