"""Who may settle what: by platform id, from the settings and from grants, read anew at every press."""

from __future__ import annotations

from handlers.agency_words import agency_line
from handlers.language import N_, listed, say
from handlers.message import NotAllowedError, Person
from handlers.policy import Policy, Reviewer
from handlers.query_words import called_category, scope_words
from records.agencies import directory
from records.query import Query
from records.status import Standing
from store import reviewers
from store.engine import Transaction
from store.reviewers import EVERYWHERE

HOW_TO_BECOME = N_("只有複核人能決定。想參與複核，請聯絡這個機器人的管理員，並附上這個編號：{person}")

SHARED_IDS = frozenset(
    [
        *(Person(platform="telegram", id=number) for number in ("777000", "136817688", "1087968824", "5434988373")),
        Person(platform="slack", id="USLACKBOT"),
    ]
)
"""Ids that many people write under (Telegram's service account, channels, anonymous group admins, replies; Slack's own
bot): no authority can go by them. Telegram's are named in core.telegram.org/bots/api, under Message.from, and in
python-telegram-bot's constants."""

_AGENCY, _CATEGORY = "agency:", "category:"


def scope_of(reviewer: Reviewer) -> str:
    """A reviewer's scope as the store keeps it."""
    if reviewer.category is not None:
        return _CATEGORY + reviewer.category
    return _AGENCY + reviewer.agency if reviewer.agency is not None else EVERYWHERE


def read_scope(person: Person, scope: str) -> Reviewer:
    """A person's grant as it is kept."""
    if scope.startswith(_CATEGORY):
        return Reviewer(person=person, category=scope.removeprefix(_CATEGORY))
    return Reviewer(person=person, agency=scope.removeprefix(_AGENCY) or None)


def is_same(one: Reviewer, other: Reviewer) -> bool:
    """Whether two scopes of a person are one: under an agency's former name, too (農委會, 農業部)."""
    if one.agency is None or other.agency is None:
        return (one.agency, one.category) == (other.agency, other.category)
    return directory().now(one.agency) == directory().now(other.agency)


def question_of(reviewer: Reviewer) -> Query:
    """The question that a reviewer's commitments answer."""
    if reviewer.category is not None:
        return Query(categories=(reviewer.category,))
    return Query(agencies=(reviewer.agency,)) if reviewer.agency is not None else Query()


def scopes(tx: Transaction, policy: Policy, person: Person) -> list[Reviewer]:
    """Where a person may settle verdicts; an admin may everywhere."""
    if person in policy.admins:
        return [Reviewer(person=person)]
    named = [reviewer for reviewer in policy.reviewers if reviewer.person == person]
    return named + [read_scope(person, scope) for scope in reviewers.scopes(tx, person.platform, person.id)]


def is_reviewer(tx: Transaction, policy: Policy, person: Person) -> bool:
    """Whether a person may settle any verdict at all."""
    return bool(scopes(tx, policy, person))


def reviews_everything(tx: Transaction, policy: Policy, person: Person) -> bool:
    """Whether a person may settle any verdict there is."""
    return any(scope_of(reviewer) == EVERYWHERE for reviewer in scopes(tx, policy, person))


def may_review(tx: Transaction, policy: Policy, person: Person, standing: Standing) -> bool:
    """Whether a person may settle a commitment's verdict."""
    return any(reviewer.covers(standing) for reviewer in scopes(tx, policy, person))


def check(tx: Transaction, policy: Policy, person: Person, standing: Standing) -> None:
    """Raise NotAllowedError where a person may not settle a commitment; it says how they could."""
    if not may_review(tx, policy, person, standing):
        raise NotAllowedError(refusal(tx, policy, person, standing))


def refusal(tx: Transaction, policy: Policy, person: Person, standing: Standing | None = None) -> str:
    """Why a person may not settle a commitment, and how they could."""
    held = scopes(tx, policy, person)
    if held and standing is not None:
        return say(
            "這件不在你的複核範圍。想擴大範圍，請聯絡管理員，並附上這個編號：{person}\n這件屬{agency}，類別{category}；你的範圍是{words}",
            person=person,
            words=listed(map(scope_words, held)),
            agency=agency_line(standing),
            category=called_category(standing.category),
        )
    return say(HOW_TO_BECOME, person=person)
