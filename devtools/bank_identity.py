"""What the simulated bank gives a customer of its SOAP channel."""

import json
import urllib.request


def read_identity(address):
    """Return the bank's certificates, ours and its key, as settings of a connection.

    :param address: origin of the bank's SOAP service, on loopback
    """
    with urllib.request.urlopen(f"{address}/identity", timeout=60) as answer:  # noqa: S310 - ours
        identity = json.load(answer)
    return {name: identity[name] for name in ("bank_certificates", "certificate", "private_key")}
