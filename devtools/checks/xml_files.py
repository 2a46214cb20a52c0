"""XML that parses."""

from xml.etree import ElementTree

from .sources import files


def find(checkout):
    """Yield a finding for every XML file that is not well-formed.

    Test data may be broken on purpose.
    """
    for path in files(checkout, ".xml", without=("tests",)):
        try:
            ElementTree.parse(checkout / path)  # noqa: S314 (our own files)
        except ElementTree.ParseError as error:
            yield f"{path}:{error.position[0]}: not well-formed XML: {error}"
