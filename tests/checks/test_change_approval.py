"""Who approved each change before its merge. Merges of the tables are on 10 March at noon unless said."""

import pytest
from change_tables import BRANCHES, PEOPLE
from text_tables import Scenario, judge

REPOSITORY = """
    commit      repository  branch  sha     committed_at  parents
    o/r@main-1  o/r         main    main-1  2026-03-01    main-0
    o/r@main-2  o/r         main    main-2  2026-03-09    main-1
    o/s@main-9  o/s         main    main-9  2026-03-01    []
"""
LATEST_OPINION = """
    change          author  expect
    plain           ana     ok
    nothing         ana     no approval before the merge
    before-merge    ana     ok
    at-merge        ana     untold: ben, approved in the second of the merge
    after-merge     ana     no approval before the merge
    and-at-merge    ana     ok
    dismissed       ana     no approval before the merge
    then-dismissed  ana     no approval before the merge
    not-revived     ana     no approval before the merge
    dismissed-late  ana     untold: ben, whose review was dismissed after the merge
    dismissed-soon  ana     no approval before the merge
    dismissed-told  ana     ok
    dismissed-no    ana     ben had asked for changes
    dismissed-two   ana     untold: ben, whose review was dismissed after the merge
    dismissed-else  ana     no approval before the merge
    changed-mind    ana     ok
    same-second     ana     ben had asked for changes
    objected        ana     no approval before the merge; ben had asked for changes
    objected-late   ana     ok
    objected-then   ana     untold: ben may have asked for changes that still stood
    objects-no-push  ana    ok
    objects-unknown  ana    untold: ben may have asked for changes
    objects-ghost   ana     untold: a deleted account may have asked for changes
    objects-bot     ana     ok
    commented       ana     ok
    only-comment    ana     no approval before the merge
    pending         ana     no approval before the merge
    one-objects     ana     ben had asked for changes
    untimed         ana     no approval before the merge
"""
LATEST_OPINION_REVIEWS = """
    change          reviewer  reviewer_is_bot  state              submitted_at         can_push
    plain           ben       no               APPROVED           2026-03-10T11:00:00  yes
    before-merge    ben       no               APPROVED           2026-03-10T11:59:59  yes
    at-merge        ben       no               APPROVED           2026-03-10T12:00:00  yes
    after-merge     ben       no               APPROVED           2026-03-10T12:00:01  yes
    and-at-merge    ben       no               APPROVED           2026-03-10T11:00:00  yes
    and-at-merge    ben       no               APPROVED           2026-03-10T12:00:00  yes
    dismissed       ben       no               DISMISSED          2026-03-10T11:00:00  yes
    then-dismissed  ben       no               APPROVED           2026-03-10T11:00:00  yes
    then-dismissed  ben       no               DISMISSED          2026-03-10T11:30:00  yes
    not-revived     ben       no               APPROVED           2026-03-10T09:00:00  yes
    not-revived     ben       no               DISMISSED          2026-03-10T10:00:00  yes
    not-revived     ben       no               COMMENTED          2026-03-10T11:00:00  yes
    dismissed-late  ben       no               DISMISSED          2026-03-10T11:00:00  yes
    dismissed-soon  ben       no               DISMISSED          2026-03-10T11:00:00  yes
    dismissed-told  ben       no               DISMISSED          2026-03-10T11:00:00  yes
    dismissed-no    ben       no               DISMISSED          2026-03-10T11:00:00  yes
    dismissed-no    cleo      no               APPROVED           2026-03-10T11:00:00  yes
    dismissed-two   ben       no               DISMISSED          2026-03-10T10:00:00  yes
    dismissed-two   ben       no               DISMISSED          2026-03-10T11:00:00  yes
    dismissed-else  ben       no               DISMISSED          2026-03-10T11:00:00  yes
    changed-mind    ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    changed-mind    ben       no               APPROVED           2026-03-10T11:30:00  yes
    same-second     ben       no               APPROVED           2026-03-10T11:00:00  yes
    same-second     ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    objected        ben       no               APPROVED           2026-03-10T11:00:00  yes
    objected        ben       no               CHANGES_REQUESTED  2026-03-10T11:30:00  yes
    objected-late   ben       no               APPROVED           2026-03-10T11:00:00  yes
    objected-late   ben       no               CHANGES_REQUESTED  2026-03-10T12:00:01  yes
    objected-then   ben       no               APPROVED           2026-03-10T11:00:00  yes
    objected-then   ben       no               CHANGES_REQUESTED  2026-03-10T12:00:00  yes
    objects-no-push  ben      no               CHANGES_REQUESTED  2026-03-10T11:00:00  no
    objects-no-push  cleo     no               APPROVED           2026-03-10T11:00:00  yes
    objects-unknown  ben      no               CHANGES_REQUESTED  2026-03-10T11:00:00  NA
    objects-unknown  cleo     no               APPROVED           2026-03-10T11:00:00  yes
    objects-ghost   NA        NA               CHANGES_REQUESTED  2026-03-10T11:00:00  no
    objects-ghost   cleo      no               APPROVED           2026-03-10T11:00:00  yes
    objects-bot     scanner   yes              CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    objects-bot     cleo      no               APPROVED           2026-03-10T11:00:00  yes
    commented       ben       no               APPROVED           2026-03-10T11:00:00  yes
    commented       ben       no               COMMENTED          2026-03-10T11:30:00  yes
    only-comment    ben       no               COMMENTED          2026-03-10T11:30:00  yes
    pending         ben       no               PENDING            NA                   yes
    one-objects     ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    one-objects     cleo      no               APPROVED           2026-03-10T11:30:00  yes
    untimed         ben       no               APPROVED           NA                   yes
"""
LATEST_OPINION_EVENTS = """
    change          kind                  occurred_at          actor  before             after
    dismissed-late  ReviewDismissedEvent  2026-03-10T12:00:01  ana    NA                 NA
    dismissed-soon  ReviewDismissedEvent  2026-03-10T12:00:00  ana    APPROVED           ben
    dismissed-told  ReviewDismissedEvent  2026-03-10T12:00:01  ana    APPROVED           ben
    dismissed-no    ReviewDismissedEvent  2026-03-10T12:00:01  ana    CHANGES_REQUESTED  ben
    dismissed-two   ReviewDismissedEvent  2026-03-10T10:30:00  ana    APPROVED           ben
    dismissed-two   ReviewDismissedEvent  2026-03-10T12:00:01  ana    APPROVED           ben
    dismissed-else  ReviewDismissedEvent  2026-03-10T12:00:01  ana    APPROVED           cleo
"""

WHO_APPROVED = """
    change         author    commits_total  expect
    own            ana       NA  ana, who wrote part of it
    own-case       Ana       NA  ana, who wrote part of it
    co-author      ana       NA  ben, who wrote part of it
    committer      ana       NA  ben, who wrote part of it
    second-login   ana       NA  ben-home, who wrote part of it with another account
    authors-login  ben       NA  ben-home, who wrote part of it with another account
    two-good       ana       NA  ok
    bot            ana       NA  scanner, which is no person
    app-user       ana       NA  scanner[bot], which is no person
    machine        ana       NA  sam-bot, which is no person
    own-machine    sam-bot   NA  sam, who wrote part of it with another account
    no-person-told  ana      NA  untold: ben, of whom nobody knows whether it is a person
    no-push        ana       NA  ben, who may not write
    push-unknown   ana       NA  untold: ben, of whom nobody knows whether they may write
    push-other     ana       NA  ok
    whose          ana       NA  untold: sock, whose account it is, nobody says
    whose-other    ana       NA  ok
    left-later     ana       NA  ok
    left-before    ana       NA  gus, who may not write
    ghost          ana       NA  untold: a deleted account, which may be anybody's
    ghost-other    ana       NA  ok
    ghost-author   NA        NA  ok
    both-ghosts    NA        NA  untold: a deleted account, which may be anybody's
    ghost-stale    ana       NA  but the last commit is of
    stranger       ana       NA  untold: commits of me@home.example, which belongs to nobody known
    stranger-two   ana       NA  ok
    strangers      ana       NA  untold: commits of me@home.example, you@home.example
    stranger-none  ana       NA  no approval before the merge
    approvers      ana       NA  ben, who wrote part of it with another account
    another's      ana       NA  ok
    noreply        ana       NA  ben, who wrote part of it
    not-named      ana       NA  untold: commits of an author whom GitHub does not name
    nobody         ana       NA  untold: commits of an author whom GitHub does not name
    no-commits     ana       NA  untold: only 0 of its 1 commits are known
    all-listed     ana       1   ok
    over-250       ana       2   untold: only 1 of its 2 commits are known
    over-250-none  ana       2   no approval before the merge
    over-250-old   ana       2   untold: which may be one of those that are not listed
"""
WHO_APPROVED_REVIEWS = """
    change         reviewer  reviewer_is_bot  state     submitted_at         can_push  commit
    own            ana       no               APPROVED  2026-03-10T11:00:00  yes       NA
    own-case       ana       no               APPROVED  2026-03-10T11:00:00  yes       NA
    co-author      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    committer      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    second-login   ben-home  no               APPROVED  2026-03-10T11:00:00  yes       NA
    authors-login  ben-home  no               APPROVED  2026-03-10T11:00:00  yes       NA
    two-good       ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    two-good       cleo      no               APPROVED  2026-03-10T11:00:00  yes       NA
    bot            scanner   yes              APPROVED  2026-03-10T11:00:00  yes       NA
    app-user       scanner[bot]  yes          APPROVED  2026-03-10T11:00:00  yes       NA
    machine        sam-bot   no               APPROVED  2026-03-10T11:00:00  yes       NA
    own-machine    sam       no               APPROVED  2026-03-10T11:00:00  yes       NA
    no-person-told  ben      NA               APPROVED  2026-03-10T11:00:00  yes       NA
    no-push        ben       no               APPROVED  2026-03-10T11:00:00  no        NA
    push-unknown   ben       no               APPROVED  2026-03-10T11:00:00  NA        NA
    push-other     ben       no               APPROVED  2026-03-10T11:00:00  NA        NA
    push-other     cleo      no               APPROVED  2026-03-10T11:00:00  yes       NA
    whose          sock      no               APPROVED  2026-03-10T11:00:00  yes       NA
    whose-other    sock      no               APPROVED  2026-03-10T11:00:00  yes       NA
    whose-other    ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    left-later     fay       no               APPROVED  2026-03-10T11:00:00  no        NA
    left-before    gus       no               APPROVED  2026-03-10T11:00:00  no        NA
    ghost          NA        NA               APPROVED  2026-03-10T11:00:00  no        NA
    ghost-other    NA        NA               APPROVED  2026-03-10T11:00:00  no        NA
    ghost-other    ben       no               APPROVED  2026-03-10T11:30:00  yes       NA
    ghost-author   ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    both-ghosts    NA        NA               APPROVED  2026-03-10T11:00:00  no        NA
    ghost-stale    NA        NA               APPROVED  2026-03-10T09:00:00  no        NA
    stranger       ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    stranger-two   ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    stranger-two   cleo      no               APPROVED  2026-03-10T11:00:00  yes       NA
    strangers      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    strangers      cleo      no               APPROVED  2026-03-10T11:00:00  yes       NA
    approvers      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    another's      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    noreply        ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    not-named      ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    nobody         ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    no-commits     ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    all-listed     ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    over-250       ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    over-250-old   ben       no               APPROVED  2026-03-10T11:00:00  yes       gone
"""
WHO_APPROVED_COMMITS = """
    change         sha  committed_at         people   committer  unlinked  unlinked_emails  parents
    own            a01  2026-03-10T10:00:00  ana      ana        no   []  p
    own-case       a35  2026-03-10T10:00:00  Ana      ana        no   []  p
    co-author      a02  2026-03-10T10:00:00  ana,Ben  ana        no   []  p
    committer      a03  2026-03-10T10:00:00  ana,ben  ben        no   []  p
    second-login   a04  2026-03-10T10:00:00  ana,ben  ana        no   []  p
    authors-login  a05  2026-03-10T10:00:00  ben      ben        no   []  p
    two-good       a06  2026-03-10T10:00:00  ana,ben  ana        no   []  p
    bot            a07  2026-03-10T10:00:00  ana      ana        no   []  p
    app-user       a08  2026-03-10T10:00:00  ana      ana        no   []  p
    machine        a09  2026-03-10T10:00:00  ana      ana        no   []  p
    own-machine    a10  2026-03-10T10:00:00  sam-bot  sam-bot    no   []  p
    no-person-told  a11  2026-03-10T10:00:00  ana     ana        no   []  p
    no-push        a12  2026-03-10T10:00:00  ana      ana        no   []  p
    push-unknown   a13  2026-03-10T10:00:00  ana      ana        no   []  p
    push-other     a14  2026-03-10T10:00:00  ana      ana        no   []  p
    whose          a40  2026-03-10T10:00:00  ana      ana        no   []  p
    whose-other    a41  2026-03-10T10:00:00  ana      ana        no   []  p
    left-later     a15  2026-03-10T10:00:00  ana      ana        no   []  p
    left-before    a16  2026-03-10T10:00:00  ana      ana        no   []  p
    ghost          a17  2026-03-10T10:00:00  ana      ana        no   []  p
    ghost-other    a18  2026-03-10T10:00:00  ana      ana        no   []  p
    ghost-author   a19  2026-03-10T10:00:00  cleo     cleo       no   []  p
    both-ghosts    a20  2026-03-10T10:00:00  cleo     cleo       no   []  p
    ghost-stale    a36  2026-03-10T10:00:00  ana      ana        no   []  p
    stranger       a21  2026-03-10T10:00:00  ana      ana        yes  me@home.example  p
    stranger-two   a22  2026-03-10T10:00:00  ana      ana        yes  me@home.example  p
    strangers      a23  2026-03-10T10:00:00  ana      ana        yes  me@home.example,you@home.example  p
    stranger-none  a24  2026-03-10T10:00:00  ana      ana        yes  me@home.example  p
    approvers      a25  2026-03-10T10:00:00  ana      ana        yes  BEN@x.example  p
    another's      a26  2026-03-10T10:00:00  ana      ana        yes  dan@x.example  p
    noreply        a27  2026-03-10T10:00:00  ana      ana        yes  17+ben@users.noreply.github.com  p
    not-named      a28  2026-03-10T10:00:00  ana      ana        yes  []  p
    nobody         a29  2026-03-10T10:00:00  []       NA         no   []  p
    all-listed     a30  2026-03-10T10:00:00  ana      ana        no   []  p
    over-250       a31  2026-03-10T10:00:00  ana      ana        no   []  p
    over-250-none  a32  2026-03-10T10:00:00  ana      ana        no   []  p
    over-250-old   a33  2026-03-10T10:00:00  ana      ana        no   []  p
"""

OF_THE_FINAL_CODE = """
    change           repository  author  expect
    at-commit        o/r         ana     ok
    before-commit    o/r         ana     but the last commit is of 2026-03-10 10:00
    fresh-besides    o/r         ana     ok
    base-merged      o/r         ana     ok
    base-by-hand     o/r         ana     ok
    base-boundary    o/r         ana     ok
    base-elsewhere   o/r         ana     but the last commit is of 2026-03-10 11:00
    base-by-ben      o/r         ana     ok
    base-by-hands    o/r         ana     ben, who wrote part of it
    base-no-login    o/r         ana     ok
    base-older       o/r         ana     untold: ben, who approved before a merge of which nobody knows
    untold-backdated  o/r        ana     untold: ben, who approved before a merge of which nobody knows
    retargeted       o/r         ana     untold: ben, who approved it for branch feature-a
    retargeted-then  o/r         ana     ok
    retargeted-late  o/r         ana     ok
    retargeted-name  o/r         ana     ok
    retargeted-auto  o/r         ana     ok
    base-and-code    o/r         ana     but the last commit is of 2026-03-10 11:00
    side-merged      o/r         ana     but the last commit is of 2026-03-10 11:00
    octopus          o/r         ana     but the last commit is of 2026-03-10 11:00
    base-first       o/r         ana     but the last commit is of 2026-03-10 11:00
    forced           o/r         ana     but the branch was pushed by force 2026-03-10 11:30
    forced-before    o/r         ana     ok
    forced-then      o/r         ana     ok
    forced-merged    o/r         ana     ok
    forced-at-merge  o/r         ana     but the branch was pushed by force 2026-03-10 12:00
    backdated        o/r         ana     who approved commit b141111, after which others follow
    backdated-base   o/r         ana     who approved commit b141111, after which others follow
    moved-on         o/r         ana     ok
    of-last          o/r         ana     ok
    then-base        o/r         ana     ok
    of-gone          o/r         ana     who approved commit gone, which is no part of what was merged
    of-merged-base   o/r         ana     ok
    re-approved      o/r         ana     ok
"""
OF_THE_FINAL_CODE_REVIEWS = """
    change           reviewer  reviewer_is_bot  state     submitted_at         can_push  commit
    at-commit        ben       no               APPROVED  2026-03-10T10:00:00  yes       b01
    before-commit    ben       no               APPROVED  2026-03-10T09:59:59  yes       b02
    fresh-besides    ben       no               APPROVED  2026-03-10T09:00:00  yes       NA
    fresh-besides    cleo      no               APPROVED  2026-03-10T11:00:00  yes       b03
    base-merged      ben       no               APPROVED  2026-03-10T10:30:00  yes       b04
    base-by-hand     ben       no               APPROVED  2026-03-10T10:30:00  yes       b06
    base-boundary    ben       no               APPROVED  2026-03-10T10:30:00  yes       c01
    base-elsewhere   ben       no               APPROVED  2026-03-10T10:30:00  yes       NA
    base-by-ben      ben       no               APPROVED  2026-03-10T11:30:00  yes       c05
    base-by-hands    ben       no               APPROVED  2026-03-10T11:30:00  yes       c07
    base-no-login    ben       no               APPROVED  2026-03-10T11:30:00  yes       c22
    base-older       ben       no               APPROVED  2026-02-10T10:30:00  yes       c08
    untold-backdated  ben      no               APPROVED  2026-03-10T10:30:00  yes       d02
    retargeted       ben       no               APPROVED  2026-03-10T10:30:00  yes       d04
    retargeted-then  ben       no               APPROVED  2026-03-10T11:00:00  yes       d05
    retargeted-late  ben       no               APPROVED  2026-03-10T10:30:00  yes       d06
    retargeted-name  ben       no               APPROVED  2026-03-10T10:30:00  yes       d07
    retargeted-auto  ben       no               APPROVED  2026-03-10T10:30:00  yes       d08
    base-and-code    ben       no               APPROVED  2026-03-10T10:30:00  yes       c11
    side-merged      ben       no               APPROVED  2026-03-10T10:30:00  yes       b08
    octopus          ben       no               APPROVED  2026-03-10T10:30:00  yes       c13
    base-first       ben       no               APPROVED  2026-03-10T10:30:00  yes       c15
    forced           ben       no               APPROVED  2026-03-10T11:00:00  yes       NA
    forced-before    ben       no               APPROVED  2026-03-10T11:00:00  yes       b11
    forced-then      ben       no               APPROVED  2026-03-10T11:00:00  yes       b12
    forced-merged    ben       no               APPROVED  2026-03-10T11:00:00  yes       b13
    forced-at-merge  ben       no               APPROVED  2026-03-10T11:00:00  yes       c17
    backdated        ben       no               APPROVED  2026-03-10T11:00:00  yes       b141111
    backdated-base   ben       no               APPROVED  2026-03-10T11:00:00  yes       b141111
    moved-on         ben       no               APPROVED  2026-03-10T10:30:00  yes       b17
    of-last          ben       no               APPROVED  2026-03-10T11:00:00  yes       b19
    then-base        ben       no               APPROVED  2026-03-10T10:30:00  yes       b20
    of-gone          ben       no               APPROVED  2026-03-10T11:00:00  yes       gone
    of-merged-base   ben       no               APPROVED  2026-03-10T11:30:00  yes       main-2
    re-approved      ben       no               APPROVED  2026-03-10T10:30:00  yes       c18
    re-approved      ben       no               APPROVED  2026-03-10T11:30:00  yes       c19
"""
OF_THE_FINAL_CODE_COMMITS = """
    change           position  sha      committed_at         people   committer  parents
    at-commit        1         b01      2026-03-10T10:00:00  ana      ana        p
    before-commit    1         b02      2026-03-10T10:00:00  ana      ana        p
    fresh-besides    1         b03      2026-03-10T10:00:00  ana      ana        p
    base-merged      1         b04      2026-03-10T10:00:00  ana      ana        p
    base-merged      2         b05      2026-03-10T11:00:00  ana      web-flow   b04,main-2
    base-by-hand     1         b06      2026-03-10T10:00:00  ana      ana        p
    base-by-hand     2         b07      2026-03-10T11:00:00  ana      ana        b06,main-2
    base-boundary    1         c01      2026-03-10T10:00:00  ana      ana        p
    base-boundary    2         c02      2026-03-10T11:00:00  ana      web-flow   c01,main-0
    base-elsewhere   1         c03      2026-03-10T10:00:00  ana      ana        p
    base-elsewhere   2         c04      2026-03-10T11:00:00  ana      web-flow   c03,main-9
    base-by-ben      1         c05      2026-03-10T10:00:00  ana      ana        p
    base-by-ben      2         c06      2026-03-10T11:00:00  ben      web-flow   c05,main-2
    base-by-hands    1         c07      2026-03-10T10:00:00  ana      ana        p
    base-by-hands    2         c0x      2026-03-10T11:00:00  ben      ben        c07,main-2
    base-no-login    1         c21      2026-03-10T10:00:00  ana      ana        p
    base-no-login    2         c22      2026-03-10T11:00:00  ben      NA         c21,main-2
    base-older       1         c08      2026-02-10T10:00:00  ana      ana        p
    base-older       2         c09      2026-02-28T23:59:59  ana      web-flow   c08,main-z
    untold-backdated  1        d01      2026-03-02T10:00:00  ana      ana        p
    untold-backdated  2        d02      2026-03-10T10:00:00  ana      ana        p
    untold-backdated  3        d03      2026-02-10T10:00:00  ana      ana        d02,d01
    retargeted       1         d04      2026-03-10T10:00:00  ana      ana        p
    retargeted-then  1         d05      2026-03-10T10:00:00  ana      ana        p
    retargeted-late  1         d06      2026-03-10T10:00:00  ana      ana        p
    retargeted-name  1         d07      2026-03-10T10:00:00  ana      ana        p
    retargeted-auto  1         d08      2026-03-10T10:00:00  ana      ana        p
    base-and-code    1         c11      2026-03-10T10:00:00  ana      ana        p
    base-and-code    2         c10      2026-03-10T10:40:00  ana      web-flow   c11,main-2
    base-and-code    3         c12      2026-03-10T11:00:00  ana      ana        c10
    side-merged      1         b08      2026-03-10T10:00:00  ana      ana        p
    side-merged      2         b09      2026-03-10T11:00:00  ana      web-flow   b08,side-1
    octopus          1         c13      2026-03-10T10:00:00  ana      ana        p
    octopus          2         c14      2026-03-10T11:00:00  ana      ana        c13,main-2,main-1
    base-first       1         c15      2026-03-10T10:00:00  ana      ana        p
    base-first       2         c16      2026-03-10T11:00:00  ana      ana        main-2,c15
    forced           1         b10      2026-03-10T10:00:00  ana      ana        p
    forced-before    1         b11      2026-03-10T10:00:00  ana      ana        p
    forced-then      1         b12      2026-03-10T10:00:00  ana      ana        p
    forced-merged    1         b13      2026-03-10T10:00:00  ana      ana        p
    forced-at-merge  1         c17      2026-03-10T10:00:00  ana      ana        p
    backdated        1         b141111  2026-03-10T10:00:00  ana      ana        p
    backdated        2         b15      2026-03-01T10:00:00  ana      ana        b141111
    backdated-base   1         b141111  2026-03-10T10:00:00  ana      ana        p
    backdated-base   2         b16      2026-03-01T10:00:00  ana      ana        b141111
    backdated-base   3         b1x      2026-03-10T11:30:00  ana      web-flow   b16,main-2
    moved-on         1         b18      2026-03-10T10:00:00  ana      ana        p
    moved-on         2         b17      2026-03-10T11:00:00  ana      web-flow   b18,main-2
    of-last          1         b0y      2026-03-10T10:00:00  ana      ana        p
    of-last          2         b19      2026-03-10T10:30:00  ana      ana        b0y
    then-base        1         b20      2026-03-10T10:00:00  ana      ana        p
    then-base        2         b21      2026-03-10T11:00:00  ana      web-flow   b20,main-2
    of-gone          1         b22      2026-03-10T10:00:00  ana      ana        p
    of-merged-base   1         b23      2026-03-10T10:00:00  ana      ana        p
    of-merged-base   2         b24      2026-03-10T11:00:00  ana      web-flow   b23,main-2
    re-approved      1         c18      2026-03-10T10:00:00  ana      ana        p
    re-approved      2         c19      2026-03-10T11:00:00  ana      ana        c18
"""
OF_THE_FINAL_CODE_EVENTS = """
    change           kind                   occurred_at          actor  before
    forced           HeadRefForcePushedEvent  2026-03-10T11:30:00  ana  NA
    forced-before    HeadRefForcePushedEvent  2026-03-10T10:59:59  ana  NA
    forced-then      HeadRefForcePushedEvent  2026-03-10T11:00:00  ana  NA
    forced-merged    HeadRefForcePushedEvent  2026-03-10T12:00:01  ana  NA
    forced-at-merge  HeadRefForcePushedEvent  2026-03-10T12:00:00  ana  NA
    forced-before    BaseRefForcePushedEvent  2026-03-10T11:30:00  ana  NA
    retargeted       BaseRefChangedEvent    2026-03-10T11:00:00  ana  feature-a
    retargeted-then  BaseRefChangedEvent    2026-03-10T11:00:00  ana  feature-a
    retargeted-late  BaseRefChangedEvent    2026-03-10T12:00:01  ana  feature-a
    retargeted-name  BaseRefChangedEvent    2026-03-10T11:00:00  ana  master
    retargeted-auto  AutomaticBaseChangeSucceededEvent  2026-03-10T11:00:00  ana  feature-a
"""

# Which pull requests are in it: merge commits of the table are main-1 and main-2 of o/r.
POPULATION = """
    change          repository  author  author_is_bot  base     merge_commit  merged_at            expect
    to-main         o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    to-old-name     o/r         ana     no             master   NA            2026-03-10T12:00:00  no approval
    retargeted      o/r         ana     no             release  main-2        2026-03-10T12:00:00  no approval
    to-other        o/r         ana     no             release  other         2026-03-10T12:00:00  out
    others-commit   o/s         ana     no             release  main-2        2026-03-10T12:00:00  out
    no-branch       o/new       ana     no             release  NA            2026-03-10T12:00:00  no approval
    merge-gone      o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    from-fork       o/r         NA      NA             main     NA            2026-03-10T12:00:00  no approval
    bots            o/r         robot   yes            main     NA            2026-03-10T12:00:00  out
    first-second    o/r         ana     no             main     NA            2026-01-01T00:00:00  no approval
    second-before   o/r         ana     no             main     NA            2025-12-31T23:59:59  out
    last-second     o/r         ana     no             main     NA            2026-03-31T23:59:59  no approval
    next-period     o/r         ana     no             main     NA            2026-04-01T00:00:00  out
    labelled        o/r         ana     no             main     NA            2026-03-10T12:00:00  out
    labelled-after  o/r         ana     no             main     NA            2026-03-10T12:00:00  out
    labelled-late   o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    other-label     o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    label-removed   o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    label-again     o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    label-kept      o/r         ana     no             main     NA            2026-03-10T12:00:00  out
    o/r#1           o/r         ana     no             main     NA            2026-03-10T12:00:00  out
    o/r#2           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#3           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#4           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#5           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#6           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#7           o/r         ana     no             main     main-1        2026-03-10T12:00:00  out
    o/r#8           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
    o/r#9           o/r         ana     no             main     NA            2026-03-10T12:00:00  no approval
"""
LABELS = """
    change          kind            occurred_at          after
    labelled        LabeledEvent    2026-03-09T12:00:00  Hotfix
    labelled-after  LabeledEvent    2026-03-11T12:00:00  emergency
    labelled-late   LabeledEvent    2026-03-11T12:00:01  emergency
    other-label     LabeledEvent    2026-03-09T12:00:00  enhancement
    label-removed   LabeledEvent    2026-03-09T12:00:00  hotfix
    label-removed   UnlabeledEvent  2026-03-20T12:00:00  hotfix
    label-again     LabeledEvent    2026-03-09T12:00:00  hotfix
    label-again     UnlabeledEvent  2026-03-09T13:00:00  hotfix
    label-again     LabeledEvent    2026-03-12T12:00:00  hotfix
    label-kept      LabeledEvent    2026-03-09T12:00:00  hotfix
    label-kept      UnlabeledEvent  2026-03-09T13:00:00  hotfix
    label-kept      LabeledEvent    2026-03-10T13:00:00  hotfix
"""
# By whom an emergency was approved: 1 and 7 count; 3 by its author, 4 late, 5 by nobody of the roster, 6 by one who had
# left, 8 was entered later than it says.
REGISTERED = """
    reference   kind         incident  approved_by      approved_at          snapshot_at
    o/r#1       emergency    INC-1     Cleo Cox         2026-03-11T12:00:00  2026-03-31
    o/r#2       bypass       INC-2     cleo@x.example   2026-03-10T12:00:00  2026-03-31
    o/r#3       emergency    INC-3     ana@x.example    2026-03-10T12:00:00  2026-03-31
    o/r#4       emergency    INC-4     cleo@x.example   2026-03-11T12:00:01  2026-03-31
    o/r#5       emergency    INC-5     boss@x.example   2026-03-10T12:00:00  2026-03-31
    o/r#6       emergency    INC-6     gus@x.example    2026-03-10T12:00:00  2026-03-31
    o/r@main-1  emergency    INC-7     cleo             2026-03-10T12:00:00  2026-03-31
    o/r#8       emergency    INC-8     cleo             2026-03-10T12:00:00  2026-04-22
    o/r#9       emergency    INC-9     NA               2026-03-10T12:00:00  2026-03-31
"""
READ = """
    source_account  rows  snapshot_at
    x               1     2026-02-28
    x               1     2026-03-31
    x               1     2026-04-22
"""

BOT_CHANGES = """
    change         repository  author      expect
    allowed        o/r         dependabot  ok
    allowed-app    o/r         dependabot  ok
    allowed-case   o/r         Dependabot  ok
    allowed-web    o/r         dependabot  ok
    allowed-human  o/r         dependabot  commits by mallory in a bot's change
    human-ok       o/r         dependabot  ok
    human-own      o/r         dependabot  commits by ben in a bot's change: approved only by ben, who wrote part of it
    forced-own     o/r         dependabot  commits by ben in a bot's change: approved only by ben, who wrote part of it
    forced-bot     o/r         dependabot  ok
    ghost-hand     o/r         dependabot  untold: merged by itself: commits of an author whom GitHub does not name
    red            o/r         dependabot  merged by itself: required check not passed before the merge: tests (failure)
    red-approved   o/r         dependabot  ok
    re-run         o/r         dependabot  untold: merged by itself: tests ran after the merge
    objected       o/r         dependabot  ben had asked for changes
    unlisted       o/r         renamer     bot renamer is not on the list
    unlisted-ok    o/r         renamer     ok
    unlisted-red   o/r         renamer     ok
    bot-approves   o/r         renamer     only by scanner, which is no person
    self-approves  o/r         renamer     only by renamer
    ghost          o/r         renamer     untold: a deleted account
    ghost-allowed  o/r         dependabot  ok
    too-late       o/r         renamer     no approval before the merge
    stale          o/r         renamer     but the last commit is of
    hotfix         o/r         dependabot  ok
"""
BOT_REVIEWS = """
    change         reviewer  reviewer_is_bot  state              submitted_at         can_push
    human-ok       cleo      no               APPROVED           2026-03-10T11:00:00  yes
    human-own      ben       no               APPROVED           2026-03-10T11:00:00  yes
    forced-own     ben       no               APPROVED           2026-03-10T11:00:00  yes
    red-approved   ben       no               APPROVED           2026-03-10T11:00:00  yes
    objected       ben       no               CHANGES_REQUESTED  2026-03-10T11:00:00  yes
    unlisted-ok    ben       no               APPROVED           2026-03-10T11:00:00  yes
    unlisted-red   ben       no               APPROVED           2026-03-10T11:00:00  yes
    bot-approves   scanner   yes              APPROVED           2026-03-10T11:00:00  yes
    self-approves  renamer   yes              APPROVED           2026-03-10T11:00:00  yes
    ghost          NA        NA               APPROVED           2026-03-10T11:00:00  no
    ghost-allowed  NA        NA               APPROVED           2026-03-10T11:00:00  no
    too-late       ben       no               APPROVED           2026-03-10T12:00:01  yes
    stale          ben       no               APPROVED           2026-03-10T08:59:59  yes
"""
BOT_HANDS = {
    "allowed": "dependabot", "allowed-app": "dependabot[bot]", "allowed-case": "dependabot",
    "allowed-human": "dependabot,mallory", "human-ok": "dependabot,ben", "human-own": "dependabot,ben",
    "unlisted": "renamer", "unlisted-ok": "renamer", "unlisted-red": "renamer", "bot-approves": "renamer",
    "self-approves": "renamer", "ghost": "renamer", "too-late": "renamer", "stale": "renamer",
}  # fmt: skip
BOT_COMMITS = """
    change         sha  committed_at         people                unlinked  unlinked_emails  parents
    allowed-web    x    2026-03-10T09:00:00  dependabot,web-flow   no        []               p
    ghost-hand     x    2026-03-10T09:00:00  dependabot            yes       []               p
    forced-own     x    2026-03-10T09:00:00  []  yes  49+dependabot[bot]@users.noreply.github.com  p
""" + "".join(
    f"    {change}  x  2026-03-10T09:00:00  {BOT_HANDS.get(change, 'dependabot')}  no  []  p\n"
    for change in [line.split()[0] for line in BOT_CHANGES.splitlines()[2:]]
    if change not in ("allowed-web", "ghost-hand", "forced-own")
)
BOT_EVENTS = """
    change      kind                     occurred_at          actor       after
    forced-own  HeadRefForcePushedEvent  2026-03-10T09:00:00  ben         NA
    forced-bot  HeadRefForcePushedEvent  2026-03-10T09:00:00  dependabot  NA
    hotfix      LabeledEvent             2026-03-10T09:00:00  ana         hotfix
"""
_RED = {"red": "FAILURE", "red-approved": "FAILURE", "unlisted-red": "FAILURE"}
BOT_CHECKS = "    change  check_name  conclusion  started_at  completed_at\n" + "".join(
    f"    {change}  tests  {_RED.get(change, 'SUCCESS')}  2026-03-10T{hour}:00:00  2026-03-10T{hour}:30:00\n"
    for change in [line.split()[0] for line in BOT_CHANGES.splitlines()[2:]]
    for hour in ["13" if change == "re-run" else "10"]
)
BOT_RULES = """
    repository  required_checks  snapshot_at
    o/r         tests            2026-03-01
"""


def merged_at_noon(table: str, bots: bool = False) -> str:
    """The table with the time of its merges and what its authors are."""
    header, *rows = [line for line in table.splitlines() if line.strip()]
    is_bot = "yes" if bots else "no"
    made = [f"{header}  author_is_bot  merged_at  base"]
    author = header.split().index("author")
    flags = ["NA" if row.split()[author] == "NA" else is_bot for row in rows]
    made += [f"{row}  {flag}  2026-03-10T12:00:00  main" for row, flag in zip(rows, flags, strict=True)]
    return "\n".join(made)


def one_commit_each(table: str) -> str:
    """A commit by Ana at ten for every change of a table."""
    changes = [line.split()[0] for line in table.splitlines()[2:] if line.strip()]
    return "change  position  sha  committed_at  people  unlinked  parents\n" + "".join(
        f"{change}  1  sha-{change}  2026-03-10T10:00:00  ana  no  p\n" for change in changes
    )


def scenario(check: str, changes: str, **tables: str) -> Scenario:
    common = {"github_people": PEOPLE, "commits": REPOSITORY, "default_branches": BRANCHES}
    return Scenario(check, "changes", "{change}", "merged_at", {"changes": changes, **common, **tables})


SCENARIOS = (
    scenario(
        "GH-PR-01", merged_at_noon(LATEST_OPINION), reviews=LATEST_OPINION_REVIEWS,
        change_commits=one_commit_each(LATEST_OPINION), change_events=LATEST_OPINION_EVENTS,
    ),
    scenario(
        "GH-PR-01", merged_at_noon(WHO_APPROVED), reviews=WHO_APPROVED_REVIEWS, change_commits=WHO_APPROVED_COMMITS
    ),
    scenario(
        "GH-PR-01", merged_at_noon(OF_THE_FINAL_CODE), reviews=OF_THE_FINAL_CODE_REVIEWS,
        change_commits=OF_THE_FINAL_CODE_COMMITS, change_events=OF_THE_FINAL_CODE_EVENTS,
    ),
    scenario(
        "GH-PR-01", POPULATION, change_events=LABELS, change_exceptions=REGISTERED, change_exception_readings=READ,
        change_commits=one_commit_each(POPULATION),
    ),
    scenario(
        "GH-PR-06", merged_at_noon(BOT_CHANGES, bots=True), reviews=BOT_REVIEWS, change_commits=BOT_COMMITS,
        change_events=BOT_EVENTS, change_checks=BOT_CHECKS, branch_rules=BOT_RULES,
    ),
)  # fmt: skip
NAMES = ("latest-opinion", "who-approved", "of-the-final-code", "population", "bots")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
