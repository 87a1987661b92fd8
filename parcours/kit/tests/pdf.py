"""Reading a PDF back, in tests."""

import pypdfium2


def text_of(pdf: bytes) -> str:
    """What a reader can copy out of it, page after page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
