"""Papers that open in any reader: one page, one typeface, a title and some lines, made of nothing but bytes."""

from collections.abc import Iterable

A4 = "0 0 595 842"
LEFT, TOP, LEADING = 56, 770, 18


def page(title: str, lines: Iterable[str]) -> bytes:
    """A PDF of one page. The same words give the same bytes."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{A4}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        stream(title, lines),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + escaped(title) + b") /Producer (Bailiwick demo) >>",
    ]
    return assembled(objects)


def stream(title: str, lines: Iterable[str]) -> bytes:
    """What stands on the page."""
    shown = b"".join(b" (" + escaped(line) + b") Tj T*" for line in lines)
    text = (
        b"BT /F1 20 Tf %d %d Td (" % (LEFT, TOP)
        + escaped(title)
        + b") Tj /F1 11 Tf %d TL 0 -%d Td" % (LEADING, 2 * LEADING)
        + shown
        + b" ET"
    )
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)


def assembled(objects: list[bytes]) -> bytes:
    """Objects one after the other, and where each begins."""
    written = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(written) + trailer % (size, table, size, len(written))


def escaped(text: str) -> bytes:
    """A text as a PDF string; what Western European letters do not have becomes a question mark."""
    return text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
