"""What an SFTP folder has to be told."""

from __future__ import annotations

from ..contract import Setting

DEFAULT_PATTERNS = "*.xml *.sta *.mt940 *.940 *.942 *.ofx *.bai *.txt *.csv"

SETTINGS = (
    Setting("host", "Server", "Name or address of the SFTP server, without sftp://."),
    Setting("port", "Port", "Usually 22.", kind="number", is_required=False, default="22"),
    Setting("username", "User", "The user name at the server."),
    Setting(
        "password",
        "Password",
        "The user's password, or the passphrase of the private key.",
        kind="secret",
        is_required=False,
    ),
    Setting(
        "private_key",
        "Private key",
        "An Ed25519, ECDSA or RSA private key (PEM or OpenSSH form), in place of a password.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "host_key",
        "Fingerprint of the server",
        "SHA256:... of the server's key, from the server's owner. Leave it empty and test the "
        "connection to see the one that the server shows; compare before you enter it.",
        is_required=False,
    ),
    Setting("folder", "Folder", "The folder with the files, for example /out.", default="."),
    Setting(
        "patterns",
        "File names",
        "Which files are statements: patterns like *.xml, separated by blanks.",
        is_required=False,
        default=DEFAULT_PATTERNS,
    ),
    Setting(
        "processed_folder",
        "Folder for stored files",
        "Subfolder to which a file is moved after its transactions were stored.",
        is_required=False,
        default="processed",
    ),
    Setting(
        "failed_folder",
        "Folder for refused files",
        "Subfolder to which a file is moved that could not be read.",
        is_required=False,
        default="failed",
    ),
)
