"""The windows of a policy and the names of their counters."""

import pytest

from firstspawn.ratelimit.policies import POLICIES, Audience, Policy, Window
from firstspawn.ratelimit.repository import slots


def test_windows_that_do_not_divide_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="divide"):
        Policy("odd", {Audience.USER: (Window(1, 7), Window(2, 60))})


@pytest.mark.parametrize("name", POLICIES)
def test_no_two_windows_share_a_counter_and_none_takes_a_keys_name(name: str) -> None:
    for windows in POLICIES[name].windows.values():
        longest = windows[-1].seconds
        # When
        names = [slots(windows, second) for second in range(longest)]
        # Then there are as many names as windows within the longest
        used = {one for moment in names for one in moment}
        assert len(used) == sum(longest // window.seconds for window in windows)
        assert all(len(one) == 2 for one in used)
        assert not used & {"PK", "SK"}


def test_a_moment_counts_in_every_window_it_is_in() -> None:
    # Given
    windows = POLICIES["writes"].windows[Audience.USER]
    # When
    before, after, minute = slots(windows, 59), slots(windows, 58), slots(windows, 60)
    # Then
    assert (before[0] != after[0], before[1:] == after[1:]) == (True, True)
    assert (before[1] != minute[1], before[2] == minute[2]) == (True, True)
