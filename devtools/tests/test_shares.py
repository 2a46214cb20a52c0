"""Processes that share the tests run each one, and each one once."""

from types import SimpleNamespace

from devtools.pytest_plugin import divide


def test_shares_are_whole_files_and_make_up_all():
    items = [SimpleNamespace(path=path, name=n) for path in "abcde" for n in range(3)]
    first, second = divide(items, 1, 2)[0], divide(items, 2, 2)[0]
    assert {item.path for item in first} == set("ace")
    assert {item.path for item in second} == set("bd")
    assert [item for item in items if item in first or item in second] == items
    assert len(first) + len(second) == len(items)


def test_what_is_left_out_is_named():
    items = [SimpleNamespace(path=path) for path in "ab"]
    assert divide(items, 2, 2) == ([items[1]], [items[0]])
