"""SOAP connections to banks: one client, two ways of signing, and the banks' own services.

* ``safe_xml``: the only parser for XML from a bank (no DTD, bounded size, depth and elements).
* ``c14n``: writing XML down in the one way that is signed; ``xmldsig``: XML signatures over a
  whole document or a part of it; ``trust``: who may sign.
* ``wsse``: WS-Security, the signatures and names in the head of a SOAP message.
* ``client``: calls an operation of a WSDL; ``faults``: what goes wrong at the bank;
  ``wsdl_store``: the WSDLs there are.
* ``finnish``: Web Services channel of the Finnish banks; ``generic``: any bank by description.
"""
