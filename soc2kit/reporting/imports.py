"""Makes importing the notebook libraries about a second faster."""

from __future__ import annotations

import sys


def without_iri_parsers() -> None:
    """Keep jsonschema from loading `rfc3987_syntax`, which builds some 35 parsers at import.

    Only format checks of internationalised web addresses are lost, and no notebook schema has any. `None` in
    `sys.modules` reads as "not installed", a case that jsonschema provides for.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
