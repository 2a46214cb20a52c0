"""The provider, which needs the library ``paramiko`` only once somebody uses it."""

from __future__ import annotations

from ..contract import Connector, Context, Provider
from ..errors import ConnectorError
from .settings import SETTINGS


def open_sftp(context: Context) -> Connector:
    """Return the connector of one folder.

    :raises ConnectorError: ``config``, if the library for SFTP is not installed
    """
    try:
        from .connector import SftpConnector
    except ModuleNotFoundError as error:
        raise ConnectorError(
            "config",
            f"The Python library {error.name} is not installed on the server.",
            hint="Ask the administrator to install paramiko where Odoo runs.",
        ) from None
    return SftpConnector(context)


PROVIDER = Provider(
    code="sftp",
    name="SFTP folder",
    protocol="sftp",
    summary="Statement files from a folder on an SFTP server, moved aside when they are stored.",
    settings=SETTINGS,
    open=open_sftp,
)
