"""Damages the bytes of a file in a few places, for tests that no damage may get past."""

from hypothesis import strategies as st


def draw_damaged(data, sample, marks):
    """Return the sample with up to four places replaced by noise or by the format's marks."""
    content = bytearray(sample)
    for _change in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 3))
        content[position : position + length] = data.draw(st.binary(max_size=3) | marks)
    return bytes(content)
