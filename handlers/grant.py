"""/grant and /revoke: admins say who may settle verdicts, everywhere or for one agency or category."""

from __future__ import annotations

import re

from handlers import audit, authority, queue
from handlers.language import N_, listed, say
from handlers.message import Ask, Message, NotAllowedError, Person, RefusedError, Section, private
from handlers.policy import Policy, Reviewer
from handlers.query_words import called_category, scope_words
from records.agencies import directory
from records.categories import find_category
from store import audit as audit_log
from store import commitments, reviewers
from store.engine import Transaction
from store.reviewers import EVERYWHERE

_USAGE = N_("例如：{command} telegram:222 法務部、{command} slack:U333 類別:教育、{command} telegram:222")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def grant(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/grant telegram:222 法務部」."""
    person, scope = _read(ask, tx, policy, "/grant")
    if scope is None:
        scope = Reviewer(person=person)
    if person in authority.SHARED_IDS:
        raise RefusedError(
            say("{person} 是 Telegram 的共用身分，很多人都用它發言，不能授權。請用本人的編號。", person=person)
        )
    named = [reviewer for reviewer in policy.reviewers if reviewer.person == person]
    if person in policy.admins or any(reviewer == scope for reviewer in named):
        return private(say("{person} 已經由設定檔授權，不必再給。", person=person))
    kept = authority.scope_of(scope)
    if not reviewers.grant(tx, person.platform, person.id, kept, str(ask.person), ask.at):
        return private(say("{person} 已經可以複核：{scopes}。", person=person, scopes=_held(tx, policy, person)))
    audit.write(tx, "grant", ask.person, ask.at, name=audit.ADMIN, whom=str(person), scope=kept)
    told = say(
        "{person} 現在可以複核：{scopes}。要收新卡片，請對方私訊我「複核 通知」。",
        person=person,
        scopes=_held(tx, policy, person),
    )
    if kept != EVERYWHERE and authority.reviews_everything(tx, policy, person):
        told += say("\n⚠️ 原本就能複核全部，這次沒有縮小範圍。要縮小，請輸入 /revoke {person} 全部", person=person)
    return private(told)


def revoke(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/revoke telegram:222」: takes effect at the person's next press."""
    audit_log.lock(tx)  # first, as a decision does: what that person decides just now is waited for
    person, scope = _read(ask, tx, policy, "/revoke")
    held = reviewers.scopes(tx, person.platform, person.id)
    meant = [one for one in held if scope is None or authority.is_same(authority.read_scope(person, one), scope)]
    taken = reviewers.revoke(tx, person.platform, person.id, meant)
    named = person in policy.admins or any(reviewer.person == person for reviewer in policy.reviewers)
    tail = (
        say("\n{person} 另由設定檔（ADMINS、REVIEWERS）授權，那部分只能在設定檔取消。", person=person) if named else ""
    )
    if left := _held(tx, policy, person):
        tail = say("\n{person} 目前仍可複核：{scopes}。", person=person, scopes=left) + tail
    if not taken:
        return private(say("{person} 沒有這樣的授權可以取消。{tail}", person=person, tail=tail))
    queue.take_from(tx, person, policy, ask.at)
    audit.write(tx, "revoke", ask.person, ask.at, name=audit.ADMIN, whom=str(person), scopes=taken)
    told = listed(scope_words(authority.read_scope(person, one)) for one in taken)
    return private(say("已取消 {person} 的複核授權：{told}。{tail}", person=person, told=told, tail=tail))


def _held(tx: Transaction, policy: Policy, person: Person) -> str:
    """All that a person may settle now; '' for nothing."""
    return listed(dict.fromkeys(map(scope_words, authority.scopes(tx, policy, person))))


def listing(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「/reviewers」: who may settle what."""
    _check(ask, policy)
    lines = [say("{person}　管理員（設定檔）", person=person) for person in sorted(policy.admins, key=str)]
    lines += [
        say("{person}　{scope}（設定檔）", person=reviewer.person, scope=scope_words(reviewer))
        for reviewer in policy.reviewers
    ]
    for platform, id_, scope in reviewers.everyone(tx):
        person = Person(platform=platform, id=id_)
        lines.append(f"{person}　{scope_words(authority.read_scope(person, scope))}")
    return Message(
        title=say("複核人"),
        sections=(
            Section(text="\n".join(lines) or say("還沒有複核人。")),
            Section(text=say(_USAGE, command="/grant")),
        ),
        place="private",
    )


def _check(ask: Ask, policy: Policy) -> None:
    if ask.person not in policy.admins:
        raise NotAllowedError(say("只有管理員能授權複核人。"))


def _read(ask: Ask, tx: Transaction, policy: Policy, command: str) -> tuple[Person, Reviewer | None]:
    """The person and scope that a command names; None for no scope."""
    _check(ask, policy)
    whom, scope = (*_MENTION.sub(r"slack:\1", ask.text).split(maxsplit=1), "", "")[:2]
    try:
        person = Person.parse(whom)
        if person.platform == "terminal":
            raise ValueError(f"{whom} is whoever sits at the shell")
    except ValueError:
        usage = say(_USAGE, command=command)
        if not whom:
            raise RefusedError(say("請寫要授權或取消的人。{usage}", usage=usage)) from None
        raise RefusedError(
            say("「{whom}」不是平台編號，名字和帳號會變，不能用來授權。{usage}", whom=whom, usage=usage)
        ) from None
    return person, _read_scope(tx, person, scope.strip())


def _read_scope(tx: Transaction, person: Person, text: str) -> Reviewer | None:
    """A scope as it is typed: a category that only a grant still names is one as well, so that it can be taken back."""
    if not text or text.casefold() in ("全部", "all", "everything"):
        return None if not text else authority.read_scope(person, EVERYWHERE)
    kind, colon, name = text.replace("：", ":").partition(":")
    held = (authority.read_scope(person, one) for one in reviewers.scopes(tx, person.platform, person.id))
    known = commitments.categories(tx) | {one.category for one in held if one.category}
    if colon and kind.casefold() in ("類別", "category"):
        if category := find_category(name.strip(), known):
            return Reviewer(person=person, category=category)
        there_are = listed(map(called_category, sorted(known)))
        raise RefusedError(say("沒有「{name}」這個類別。有：{known}", name=name.strip(), known=there_are))
    if agency := directory().find(text):
        now = directory().now(agency)
        return Reviewer(person=person, agency=now if now in directory() else agency)
    if category := find_category(text, known):
        return Reviewer(person=person, category=category)
    raise RefusedError(say("沒有「{text}」這個機關或類別。{usage}", text=text, usage=say(_USAGE, command="/grant")))
