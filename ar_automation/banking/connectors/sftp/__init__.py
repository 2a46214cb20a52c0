"""SFTP pick-up: statement files that a bank or a service lays into a folder.

Many banks deliver camt or MT940 files to an SFTP server, or we lay them there ourselves from a
banking program. Each file is read once and then moved aside, so that the folder shows what is
still to do::

    /out/statement-2026-03-02.xml          to be read
    /out/processed/statement-2026-03-01.xml   stored
    /out/failed/strange.xml                refused; somebody has to look

What goes wrong with folders, and what is done about it:

* *A file is still being written.* Names that end in ``.part``, ``.tmp`` or ``.filepart`` and hidden
  names are left alone, and a file is read only if its size and time are the same after a pause,
  and its content is as long as its size says.
* *We die between storing and moving.* The file is found again; its lines are known already,
  and it is moved then. Being told twice to move a file does nothing the second time.
* *A new file of the same name comes meanwhile.* It has another size or time than the one that
  was read and stays where it is. A name that is taken in ``processed`` gets a number.
* *Somebody else answers in the server's name.* The server's key must be the one whose fingerprint
  was entered; a first connection without fingerprint is refused and says which one it saw.
"""

from .provider import PROVIDER as PROVIDER
