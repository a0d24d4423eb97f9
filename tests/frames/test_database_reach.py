"""Which roles a role reaches, by which way; and that rings end."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from text_tables import as_frame, cells

from soc2kit.frames.database_reach import database_reach

AT = "2026-03-31"
ROLES = f"""
    cluster  role  inherit  snapshot_at
    c        low   no       {AT}
    c        old   yes      {AT}
"""
MEMBERSHIPS = f"""
    cluster  member  role  inherits  can_set  admin_option  snapshot_at
    c        ann     b     yes       yes      no            {AT}
    c        b       t     yes       no       no            {AT}
    c        bob     t     no        yes      no            {AT}
    c        cy      t     no        no       yes           {AT}
    c        dan     t     no        no       no            {AT}
    c        eve     m     no        yes      no            {AT}
    c        m       t     yes       no       no            {AT}
    c        fay     n     yes       no       no            {AT}
    c        n       u     no        yes      no            {AT}
    c        gus     t     no        yes      no            {AT}
    c        gus     t     yes       no       yes           {AT}
    c        hal     b     no        yes      no            {AT}
    c        hal     t     no        yes      no            {AT}
    c        ring-1  ring-2  yes     yes      no            {AT}
    c        ring-2  ring-1  yes     yes      no            {AT}
    c        low     t     NA        NA       no            {AT}
    c        old     t     NA        NA       no            {AT}
    c        lost    t     NA        NA       no            {AT}
    d        ann     z     yes       yes      no            {AT}
"""
EXPECTED = """
    cluster  member  role    path             how                       inherits  admin
    c        ann     b       ann > b          at once                   yes       no
    c        ann     t       ann > b > t      at once                   yes       no
    c        b       t       b > t            at once                   yes       no
    c        bob     t       bob > t          by SET ROLE               no        no
    c        cy      t       cy > t           by granting it to itself  no        yes
    c        eve     m       eve > m          by SET ROLE               no        no
    c        eve     t       eve > m > t      by SET ROLE               no        no
    c        m       t       m > t            at once                   yes       no
    c        fay     n       fay > n          at once                   yes       no
    c        n       u       n > u            by SET ROLE               no        no
    c        gus     t       gus > t          at once                   yes       yes
    c        hal     b       hal > b          by SET ROLE               no        no
    c        hal     t       hal > t          by SET ROLE               no        no
    c        ring-1  ring-2  ring-1 > ring-2  at once                   yes       no
    c        ring-2  ring-1  ring-2 > ring-1  at once                   yes       no
    c        low     t       low > t          by SET ROLE               no        no
    c        old     t       old > t          at once                   yes       no
    c        lost    t       lost > t         at once                   NA        no
    d        ann     z       ann > z          at once                   yes       no
"""


def reach(roles: str, memberships: str) -> pd.DataFrame:
    frames = {"database_roles": roles, "database_memberships": memberships}
    return database_reach({name: as_frame(name, text) for name, text in frames.items()})


def test_every_way_is_said_and_the_best_one_stands() -> None:
    found = reach(ROLES, MEMBERSHIPS)
    words = {True: "yes", False: "no"}
    shown = {
        tuple("NA" if value is pd.NA else words.get(value, value) for value in row)
        for row in found.drop(columns="snapshot_at").astype(object).itertuples(index=False, name=None)
    }
    assert shown == {tuple(row.values()) for row in cells(EXPECTED)}
    assert len(found) == len(shown)


def test_without_memberships_nothing_is_reached() -> None:
    header = "cluster  member  role  inherits  can_set  admin_option  snapshot_at\n"
    empty = as_frame("database_memberships", header + f"c  a  b  yes  yes  no  {AT}").iloc[:0]
    found = database_reach({"database_roles": as_frame("database_roles", ROLES), "database_memberships": empty})
    assert len(found) == 0
    assert {"cluster", "member", "role", "path", "how", "inherits", "admin", "snapshot_at"} == set(found)


EDGES = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.booleans(), st.booleans(), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(edges=EDGES)
def test_memberships_in_any_shape_give_each_role_once_by_a_path_that_exists(
    edges: list[tuple[str, str, bool, bool, bool]],
) -> None:
    words = {True: "yes", False: "no"}
    lines = ["cluster  member  role  inherits  can_set  admin_option  snapshot_at"]
    lines += [f"c  {m}  {r}  {words[i]}  {words[s]}  {words[a]}  {AT}" for m, r, i, s, a in edges]
    found = reach(ROLES, "\n".join(lines))
    assert not found.duplicated(["member", "role"]).any()
    useful = {(member, role) for member, role, *options in edges if any(options)}
    for row in found.itertuples():
        steps = row.path.split(" > ")
        assert (steps[0], steps[-1]) == (row.member, row.role)
        assert set(pairwise(steps)) <= useful
