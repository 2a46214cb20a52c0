"""A mail server on loopback that keeps every message as a file.

Run as ``python -m devtools.mailbox PORT FOLDER``; nothing that it receives
ever leaves this machine.
"""

import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller


class Mailbox:
    """Keeps messages as ``0001.eml``, ``0002.eml``, ..."""

    def __init__(self, folder):
        self.folder = folder
        self.count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        """Store one message."""
        self.count += 1
        (self.folder / f"{self.count:04}.eml").write_bytes(envelope.original_content)
        return "250 kept"


def main(port, folder):
    """Serve until the process is ended."""
    folder.mkdir(parents=True, exist_ok=True)
    Controller(Mailbox(folder), hostname="127.0.0.1", port=port, data_size_limit=2**28).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
