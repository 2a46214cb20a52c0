"""The service descriptions (WSDL) there are, and the only way to load one.

A WSDL says which operations a service has and what their messages look like. It may *import*
further files by address, which would let an uploaded text make this server fetch anything, or
open local files; the settings of the library do not prevent the latter. So an import is
followed only if it names a file that this app ships, by its bare name; any other is refused before
the library sees the text, and once more by the loader that the library is given.

>>> sorted(load_wsdl("tbc_dbi.wsdl").services)
['MovementService']
>>> try:
...     load_wsdl('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">'
...               '<import namespace="urn:x" location="file:///etc/passwd"/></definitions>')
... except ConnectorError as error:
...     print(error.message.partition(" which")[0])
The WSDL wants to load 'file:///etc/passwd',
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.settings import Settings
from zeep.wsdl import Document

from ..errors import ConnectorError
from .safe_xml import read_xml

FOLDER = Path(__file__).parent.parent / "wsdl"
MAX_WSDL_BYTES = 2 * 1024 * 1024
_BARE_NAME = re.compile(r"[a-z0-9_]+\.(?:wsdl|xsd)")
_SETTINGS = Settings(
    strict=True,
    xml_huge_tree=False,
    forbid_dtd=True,
    forbid_entities=True,
    forbid_external=True,
)


def list_shipped() -> list[str]:
    """Return the names of the WSDLs that this app ships."""
    return sorted(path.name for path in FOLDER.glob("*.wsdl"))


def load_wsdl(name_or_text: str) -> Document:
    """Return a service description by the name of a shipped file, or from its text.

    :raises ConnectorError: ``config``: no such file, or a text that is no WSDL, is too large, or
        wants to load something else
    """
    if name_or_text.lstrip().startswith("<"):
        return _load(name_or_text.strip().encode())
    return _load(_read_shipped(name_or_text.strip()))


@lru_cache(maxsize=16)
def _load(content: bytes) -> Document:
    checked = _check(content)
    try:
        transport: Any = _ShippedFiles()
        document = Document(io.BytesIO(checked), transport, settings=_SETTINGS)
    except ConnectorError:
        raise
    except (ZeepError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _unfit(f"cannot be understood ({type(error).__name__})") from None
    except NotImplementedError:
        raise _unfit("uses something that is not supported") from None
    if not document.services:
        raise _unfit("describes no service")
    return document


def _check(content: bytes) -> bytes:
    """Return the text as the library may see it: without anything that leads outside."""
    if len(content) > MAX_WSDL_BYTES:
        raise _unfit(f"is larger than {MAX_WSDL_BYTES // 1024 // 1024} MB")
    try:
        root = read_xml(content, "The WSDL")
    except ConnectorError as error:
        raise ConnectorError("config", error.message, hint=_HINT) from None
    for element in root.iter("{*}import", "{*}include", "{*}redefine"):
        # An import may have a place in either attribute, by the schema's name or the WSDL's.
        for location in (element.get("schemaLocation"), element.get("location")):
            if location is not None:
                _check_location(location)
    return etree.tostring(root)


def _check_location(location: str) -> None:
    if not _BARE_NAME.fullmatch(location) or not (FOLDER / location).is_file():
        raise _unfit(
            f"wants to load '{location[:80]}', which is not allowed: only files of this app may "
            "be imported"
        )


def _read_shipped(name: str) -> bytes:
    if not _BARE_NAME.fullmatch(name) or not (FOLDER / name).is_file():
        known = ", ".join(list_shipped())
        raise ConnectorError(
            "config",
            f"There is no WSDL called '{name[:80]}'.",
            hint=f"Paste the text of the WSDL, or use one of: {known}.",
        )
    return (FOLDER / name).read_bytes()


class _ShippedFiles:
    """What the library is given as its transport: it can read this folder and nothing else."""

    def load(self, url: Any) -> bytes:
        """Return a shipped file by its bare name."""
        _check_location(str(url))
        return _check(_read_shipped(str(url)))


_HINT = "Correct the WSDL of the connection."


def _unfit(reason: str) -> ConnectorError:
    return ConnectorError("config", f"The WSDL {reason}.", hint=_HINT)
