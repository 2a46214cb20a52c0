"""What others know about a customer: credit bureaus and the register of VAT numbers.

A *bureau* rates companies for money: who is likely to pay, and how much one may lend them.
*VIES* is the European Commission's window to the member states' registers: is this VAT number
given to anybody, and to whom. Neither is a bank; they live beside the banks because they need
the same hands: one HTTP client with limits, one SOAP client, typed errors, no secret in a text.

* ``contract``: what a bureau is asked and what it answers; ``registry``: the bureaus there are.
* ``creditsafe``: Creditsafe Connect, by REST. ``vies``: the VAT register, by SOAP.
* ``trouble``: what went wrong, in the words of the one who asked.
"""
