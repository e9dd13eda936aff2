"""/grant and /revoke: admins say who may settle verdicts, everywhere or for one agency or category."""

from __future__ import annotations

import re

from handlers import audit, authority
from handlers.message import Ask, Message, Person, RefusedError, Section, private
from handlers.policy import Policy, Reviewer, directory
from handlers.wording import scope_words
from store import commitments, reviewers
from store.engine import Transaction
from store.reviewers import EVERYWHERE

_USAGE = "例如：{command} telegram:222 法務部、{command} slack:U333 類別:教育、{command} telegram:222"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def grant(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/grant telegram:222 法務部」."""
    person, scope = _read(ask, tx, policy, "/grant")
    if scope is None:
        scope = Reviewer(person=person)
    if person in authority.SHARED_IDS:
        raise RefusedError(f"{person} 是 Telegram 的共用身分，很多人都用它發言，不能授權。請用本人的編號。")
    named = [reviewer for reviewer in policy.reviewers if reviewer.person == person]
    if person in policy.admins or any(reviewer == scope for reviewer in named):
        return private(f"{person} 已經由設定檔授權，不必再給。")
    kept = authority.scope_of(scope)
    if not reviewers.grant(tx, person.platform, person.id, kept, str(ask.person), ask.at):
        return private(f"{person} 已經可以複核{scope_words(scope)}。")
    audit.write(tx, "grant", ask.person, ask.at, name="管理員", whom=str(person), scope=kept)
    return private(f"{person} 現在可以複核：{scope_words(scope)}。要收新卡片，請對方私訊我「複核 通知」。")


def revoke(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/revoke telegram:222」: takes effect at the person's next press."""
    person, scope = _read(ask, tx, policy, "/revoke")
    kept = authority.scope_of(scope) if scope else None
    taken = reviewers.revoke(tx, person.platform, person.id, kept)
    named = person in policy.admins or any(reviewer.person == person for reviewer in policy.reviewers)
    tail = f"\n{person} 另由設定檔（ADMINS、REVIEWERS）授權，那部分只能在設定檔取消。" if named else ""
    if not taken:
        return private(f"{person} 沒有這樣的授權可以取消。{tail}")
    audit.write(tx, "revoke", ask.person, ask.at, name="管理員", whom=str(person), scopes=taken)
    told = "、".join(scope_words(authority.read_scope(person, one)) for one in taken)
    return private(f"已取消 {person} 的複核授權：{told}。{tail}")


def listing(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/reviewers」: who may settle what."""
    _check(ask, policy)
    lines = [f"{person}　管理員（設定檔）" for person in sorted(policy.admins, key=str)]
    lines += [f"{reviewer.person}　{scope_words(reviewer)}（設定檔）" for reviewer in policy.reviewers]
    for platform, id_, scope in reviewers.everyone(tx):
        person = Person(platform=platform, id=id_)
        lines.append(f"{person}　{scope_words(authority.read_scope(person, scope))}")
    return Message(
        title="複核人",
        sections=(Section(text="\n".join(lines) or "還沒有複核人。"), Section(text=_USAGE.format(command="/grant"))),
        place="private",
    )


def _check(ask: Ask, policy: Policy) -> None:
    if ask.person not in policy.admins:
        raise RefusedError("只有管理員能授權複核人。")


def _read(ask: Ask, tx: Transaction, policy: Policy, command: str) -> tuple[Person, Reviewer | None]:
    """The person and scope that a command names; None for no scope."""
    _check(ask, policy)
    whom, _, scope = _MENTION.sub(r"slack:\1", ask.text.strip()).partition(" ")
    try:
        person = Person.parse(whom)
    except ValueError:
        usage = _USAGE.format(command=command)
        raise RefusedError(f"「{whom}」不是平台編號，名字和帳號會變，不能用來授權。{usage}") from None
    return person, _read_scope(tx, person, scope.strip())


def _read_scope(tx: Transaction, person: Person, text: str) -> Reviewer | None:
    if text in ("", "全部"):
        return None if not text else authority.read_scope(person, EVERYWHERE)
    kind, colon, name = text.replace("：", ":").partition(":")
    known = commitments.categories(tx)
    if colon and kind == "類別":
        if name not in known:
            raise RefusedError(f"沒有「{name}」這個類別。有：{'、'.join(sorted(known))}")
        return Reviewer(person=person, category=name)
    if agency := directory().find(text):
        return Reviewer(person=person, agency=agency)
    if text in known:
        return Reviewer(person=person, category=text)
    raise RefusedError(f"沒有「{text}」這個機關或類別。{_USAGE.format(command='/grant')}")
