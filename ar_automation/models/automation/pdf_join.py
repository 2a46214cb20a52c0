"""Joins PDFs, and marks where each begins, so that Odoo can take them apart again."""

import io
from itertools import pairwise

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def join_documents(contents):
    """Join PDFs into one.

    The top level of its outline has one entry per document, at its first page, in the old
    form of named destinations with page numbers in which wkhtmltopdf writes and Odoo reads.

    :param contents: PDFs as bytes.
    :return: the PDF as bytes.
    """
    writer, firsts = PdfWriter(), []
    for content in contents:
        firsts.append(len(writer.pages))
        for page in PdfReader(io.BytesIO(content)).pages:
            writer.add_page(page)
    _mark(writer, firsts)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _mark(writer, firsts):
    places = DictionaryObject()
    marks = []
    for number, page in enumerate(firsts):
        name = NameObject(f"/document{number}")
        places[name] = ArrayObject([NumberObject(page), NameObject("/Fit")])
        entry = {"/Title": TextStringObject(str(number + 1)), "/Dest": name}
        marks.append(
            writer._add_object(DictionaryObject({NameObject(k): v for k, v in entry.items()}))
        )
    for mark, following in pairwise(marks):
        mark.get_object()[NameObject("/Next")] = following
    outline = DictionaryObject({NameObject("/First"): marks[0], NameObject("/Last"): marks[-1]})
    writer.root_object[NameObject("/Outlines")] = writer._add_object(outline)
    writer.root_object[NameObject("/Dests")] = places
