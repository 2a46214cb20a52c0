"""Statement files to download: ``/{iban}.{format}?from=&to=`` (camt053, mt940, ofx, csv)."""

from ..face import Bank, Face, Request, Response
from ..files import WRITERS, read_period
from .reading import find_account, read_window


class Files(Face):
    """The e-banking page from which people download files; no password, it is no protocol."""

    name = "files"

    def handle(self, bank: Bank, request: Request) -> Response:
        """Answer one file."""
        iban, _, kind = request.path.strip("/").partition(".")
        account = find_account(bank, iban)
        if account is None or kind not in WRITERS:
            return Response(404)
        now = bank.clock.now()
        first, last = read_window(request, "from", "to")
        lines = bank.ledger.show(account.iban, now, status="booked")
        first = first or (lines[0].booking_date if lines else now.date())
        content = WRITERS[kind](
            read_period(bank.ledger, account.iban, now, first, last or now.date())
        )
        return Response(200, content, {"Content-Type": "application/octet-stream"})
