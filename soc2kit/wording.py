"""The words in which a report states a verdict or a status, and the tone each is coloured in.

A tone is a hint for the eye; the word or the symbol beside it always says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from .model import CriterionStatus, Design, Operation, Verdict


@dataclass(frozen=True)
class Wording:
    words: str
    tone: str
    symbol: str = ""


VERDICTS: dict[Verdict, Wording] = {
    Verdict.NO_EXCEPTIONS: Wording("No exceptions", "good"),
    Verdict.EXCEPTIONS: Wording("Exceptions", "bad"),
    Verdict.NO_OCCURRENCES: Wording("No occurrences", "calm"),
    Verdict.NOT_TESTED: Wording("Not tested", "open"),
}

DESIGNS: dict[Design, str] = {
    Design.SUITABLE: "suitable",
    Design.GAP: "gap",
    Design.NOT_ASSESSED: "not assessed",
    Design.NOT_APPLICABLE: "not applicable",
}

OPERATIONS: dict[Operation, str] = {
    Operation.OPERATING: "operating",
    Operation.DEVIATION: "deviation",
    Operation.NOT_OPERATING: "not operating",
    Operation.NOT_OCCURRED: "not occurred",
    Operation.NOT_TESTED: "not tested",
    Operation.NOT_DUE: "not due",
    Operation.RELIED_ON: "relied on",
    Operation.NOT_APPLICABLE: "not applicable",
}

CRITERIA: dict[CriterionStatus, Wording] = {
    CriterionStatus.SUPPORTED: Wording("supported by evidence", "good", "✓"),
    CriterionStatus.DEVIATION: Wording("deviation", "bad", "✗"),
    CriterionStatus.GAP: Wording("gap", "gap", "!"),
    CriterionStatus.NOT_TESTED: Wording("not tested", "open", "?"),
    CriterionStatus.NOT_ASSESSED: Wording("not assessed", "open", "…"),
    CriterionStatus.NO_CONTROL: Wording("no control", "gap", "∅"),
    CriterionStatus.OUT_OF_SCOPE: Wording("out of scope", "pale", "-"),
}
