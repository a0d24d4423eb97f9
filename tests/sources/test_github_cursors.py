"""Lists that lead back to where they have been would be read for ever."""

from __future__ import annotations

import pytest

from soc2kit.errors import IncompleteCollection
from soc2kit.sources.github.paging import Cursors

# Where GitHub says that the following pages begin, and what is made of the last of them.
WALKS = (
    (["a", "b", "c"], None),
    (["a", "b", "b"], "none follows 'b'"),
    (["a", "b", "a"], "none follows 'b'"),
    (["a", "b", "c", "d", "a"], "none follows 'd'"),
    ([None], "none follows None"),
    (["a", ""], "none follows 'a'"),
)


@pytest.mark.parametrize(("walk", "says"), WALKS)
def test_a_page_begins_where_none_has_begun(walk: list[str | None], says: str | None) -> None:
    cursors = Cursors("commits")
    *before, last = walk
    assert [cursors.next({"endCursor": cursor}) for cursor in before] == before
    if says is None:
        assert cursors.next({"endCursor": last}) == last
        return
    with pytest.raises(IncompleteCollection, match=f"github commits.*{says}"):
        cursors.next({"endCursor": last})
