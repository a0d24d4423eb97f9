"""Who had a hand in each change, by login and by person, and whom nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...model import Frame
from .evidence import ChangeEvidence, folded, located, looked_up, of_change, place, spread

#: GitHub's own committer, of everything that is made on its pages.
WEB = "web-flow"
_NOREPLY = r"^(?:\d+\+)?(?P<login>[^@]+)@users\.noreply\.github\.com$"
#: So many unknown hands that no number of approvals outweighs them.
ANY_NUMBER = 1_000_000


@dataclass(frozen=True)
class Authors:
    """`logins` and `emails` have one row for each `id` and what somebody who had a hand in the change is called.

    `unknown` says for each change how many hands nobody knows, `why_unknown` which.
    """

    logins: Frame
    emails: Frame
    unknown: pd.Series
    why_unknown: pd.Series


def commits_of(evidence: ChangeEvidence, population: Frame) -> Frame:
    """The population's commits, with what each is: `from_base` of a merge of the base branch into it, which is no new
    code; `untold` where that cannot be said, as the merge is older than what is known of the branch."""
    rows = located(evidence.commits, population)
    second = [parents[1] if isinstance(parents, list) and len(parents) == 2 else None for parents in rows["parents"]]
    merged = pd.Series(second, index=rows.index, dtype="string")
    repository = of_change(population["repository"], rows).fillna("")
    history = _history(evidence.branch)
    from_base = (repository + "@" + merged).isin(history) & merged.notna()
    first = evidence.branch.groupby(evidence.branch["repository"].fillna(""))["committed_at"].min()
    began = looked_up(repository, first)
    untold = merged.notna() & ~from_base & (rows["committed_at"] < began).fillna(False)
    return rows.assign(from_base=from_base.astype(bool), untold=untold.astype(bool))


def _history(branch: Frame) -> set[str]:
    """What lies on the branch: its commits, and the first parent of each, which leads to the one before the window."""
    first = [parents[0] if isinstance(parents, list) and parents else None for parents in branch["parents"]]
    before = branch["repository"].fillna("") + "@" + pd.Series(first, index=branch.index, dtype="string")
    return {*place(branch).tolist(), *before.dropna().tolist()}


def authors_of(evidence: ChangeEvidence, population: Frame, commits: Frame, *, pushed: bool = False) -> Authors:
    """Author, authors and co-authors of commits, and their committers, with the people behind all of those logins.

    A merge of the base branch that somebody had GitHub make is nobody's hand: a reviewer who presses "Update branch"
    wrote nothing. `pushed` takes those in, too, who pushed to the change's branch by force.
    """
    # Of a committer with no account the commit is unlinked; where it is not, GitHub itself was.
    on_github = (commits["committer"] == WEB).fillna(~commits["unlinked"].fillna(False))
    theirs = commits[~(commits["from_base"] & on_github.astype(bool))]
    opened = pd.DataFrame({"id": range(len(population)), "login": folded(population["author"])})
    made = theirs[["id", "people"]].explode("people").rename(columns={"people": "login"})
    unlinked = _unlinked(theirs)
    parts = [opened, made.assign(login=folded(made["login"])), unlinked[["id", "login"]]]
    if pushed:
        forced = located(evidence.events[evidence.events["kind"] == "HeadRefForcePushedEvent"], population)
        parts.append(pd.DataFrame({"id": forced["id"], "login": folded(forced["actor"])}))
    logins = pd.concat(parts, ignore_index=True).dropna().drop_duplicates()
    logins = logins[logins["login"] != WEB]
    owners = owners_of(evidence.people)
    emails = logins.merge(owners, on="login", how="inner")[["id", "email"]]
    known = set(evidence.people["email"].str.casefold()) | set(owners["email"])
    nameless = unlinked[unlinked["login"].isna()]
    emails = pd.concat([emails, nameless.loc[nameless["email"].isin(known), ["id", "email"]]]).drop_duplicates()
    strange = nameless[~nameless["email"].isin(known)]
    return Authors(logins, emails, *_unknown(population, commits, theirs, strange))


def owners_of(people: Frame) -> Frame:
    """The addresses behind each login: who owns it, and who answers for the service account that it is."""
    named = people[people["login"].notna()]
    login = folded(named["login"])
    found = [pd.DataFrame({"login": login, "email": named[column].str.casefold()}) for column in ("email", "owner")]
    return pd.concat(found, ignore_index=True).dropna().drop_duplicates().astype("string")


def _unlinked(commits: Frame) -> Frame:
    """Addresses of commits that GitHub links to no account; one of GitHub's own names the login that it is of."""
    rows = commits[commits["unlinked"].fillna(False).astype(bool)]
    rows = rows[["id", "unlinked_emails"]].explode("unlinked_emails").rename(columns={"unlinked_emails": "email"})
    email = rows["email"].astype("string").str.strip().str.casefold()
    rows = rows.assign(email=email.mask(email == ""))[lambda frame: frame["email"].notna()]
    return rows.assign(login=folded(rows["email"].str.extract(_NOREPLY)["login"])).reset_index(drop=True)


def _unknown(population: Frame, commits: Frame, theirs: Frame, strange: Frame) -> tuple[pd.Series, pd.Series]:
    number = spread(strange.groupby("id")["email"].nunique(), population, 0).astype("int64")
    why = spread(_named(strange), population).astype("string")
    for holds, text in (_silent(population, theirs), not_all_listed(population, commits)):
        number, why = number.mask(holds, ANY_NUMBER), why.mask(holds, text)
    return number, why


def _named(strange: Frame) -> pd.Series:
    """In words, the addresses that belong to nobody known."""
    if strange.empty:
        return pd.Series(dtype="string")
    pairs = strange[["id", "email"]].drop_duplicates().sort_values(["id", "email"])
    texts = pairs.groupby("id")["email"].agg(", ".join).astype("string")
    return "commits of " + texts + ", which belongs to nobody known"


def _silent(population: Frame, commits: Frame) -> tuple[pd.Series, object]:
    """Changes with a commit that does not say at all who made it."""
    people, emails = _lengths(commits["people"]), _lengths(commits["unlinked_emails"])
    unlinked = commits["unlinked"].fillna(False).astype(bool)
    silent = commits.loc[(unlinked & (emails == 0)) | ((people == 0) & (emails == 0)), "id"]
    return pd.Series(range(len(population))).isin(silent), "commits of an author whom GitHub does not name"


def not_all_listed(population: Frame, commits: Frame) -> tuple[pd.Series, pd.Series]:
    """Changes with more commits than are known: GitHub lists 250 of a pull request, and each has one at least."""
    listed = spread(commits.groupby("id").size(), population, 0).astype("Int64")
    total = population["commits_total"].astype("Int64") if "commits_total" in population else listed
    total = total.fillna(1).clip(lower=1)
    text = "only " + listed.astype("string") + " of its " + total.astype("string") + " commits are known"
    return (listed < total).astype(bool), text


def _lengths(lists: pd.Series) -> pd.Series:
    return pd.Series([len(one) if isinstance(one, list) else 0 for one in lists], index=lists.index, dtype="int64")
