"""What waits for reviewers: the next card of a queue, who looks at it, and the cards that are brought to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from handlers import authority, copies, found, voices
from handlers.card import card, compose, load
from handlers.language import N_, say, say_n
from handlers.message import Ask, Button, Message, Person, RefusedError, Section, Tap, private
from handlers.policy import Policy, Reviewer
from handlers.query_words import short
from records.query import Query
from store import chats, commitments, conditions, outbox, people, state, submissions, watches
from store import queue as stored_queue
from store.conditions import Condition
from store.engine import Transaction
from store.places import Place
from store.proposals import Origin, Proposal
from store.queue import DOUBTFUL, NEWEST, OLDEST, ORDERS, RANDOM, Queued

CARDS_AT_ONCE = 10
"""New cards sent to one review chat at once; the rest waits behind one message that counts them."""

TAKEN_FOR = timedelta(minutes=15)
"""How long a card that a reviewer pulled shows as taken, and is offered to nobody else."""

_CARDS_AT_ONCE = {"即時": True, "at once": True, "一般": False, "in the morning": False}
"""「複核 即時」 lets cards come in the quiet hours too."""

_CARDS_HERE = {"通知": True, "notify": True, "不通知": False, "quiet": False}
"""「複核 通知」 in private lets new cards come there."""

_MORE = "more:"
"""How the key begins of a word on the cards that were not sent; it ends with their number."""

_CASE = re.compile(r"(?!(?:19|20)\d\d$)(?:(?:案號|case|#)\s*[：:]?\s*)?(?P<number>\d{1,7})", re.IGNORECASE)
"""「複核 案號 528」, 「複核 528」: one card by its number; four digits may be a year, eight a record's id."""

_ORDER_WORDS = {
    **dict.fromkeys("最存疑 doubtful".split(), DOUBTFUL),
    **dict.fromkeys("最舊 最久 oldest".split(), OLDEST),
    **dict.fromkeys("最新 newest".split(), NEWEST),
    **dict.fromkeys("隨機 random".split(), RANDOM),
}
_ORIGIN_WORDS: Mapping[str, Origin] = {
    **dict.fromkeys("判定 verdict verdicts".split(), "verdict"),
    **dict.fromkeys("期限 deadline deadlines".split(), "deadline"),
    **dict.fromkeys("更正 correction corrections".split(), "correction"),
}
_ORIGINS: tuple[Origin | None, ...] = (None, "verdict", "deadline", "correction")
_ORIGINS_ALONE = {"verdict": N_("判定"), "deadline": N_("期限"), "correction": N_("更正")}
_ORIGIN_NAMES = {"verdict": "", "deadline": N_("期限"), "correction": N_("更正")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What a reviewer goes through: the commitments that answer `query`, in an order, of one origin or of all."""

    query: Query = field(default_factory=Query)
    order: str = DOUBTFUL
    origin: Origin | None = None

    def number(self, tx: Transaction) -> int:
        """The queue as the number that a button carries; 0 is everything, most doubtful first."""
        question = 0 if self.query == Query() else watches.question_id(tx, str(self.query))
        return (question * len(ORDERS) + ORDERS.index(self.order)) * len(_ORIGINS) + _ORIGINS.index(self.origin)

    @classmethod
    def of_number(cls, tx: Transaction, number: int) -> Queue:
        """The queue of a button's number; raises RefusedError where its question is not known."""
        rest, origin = divmod(number, len(_ORIGINS))
        question, order = divmod(rest, len(ORDERS))
        text = watches.question(tx, question) if question else ""
        if text is None:
            raise RefusedError(say("這個按鈕已經不能用了，請輸入「複核」。"))
        return cls(query=found.read_back(text), order=ORDERS[order], origin=_ORIGINS[origin])


def announce(tx: Transaction, policy: Policy, at: datetime) -> int:
    """Owe the review chats, and the reviewers who want them, a card for each proposal they were not told of.

    Corrections first, then the most doubtful, ten at once. Returns how many messages that is.
    """
    unannounced = stored_queue.take_unannounced(tx)
    if not unannounced:
        return 0
    count = 0
    for chat in policy.review_chats:
        count += _bring(tx, chats.now(tx, chat.place), unannounced, policy, at, str(chat))
    standings = {s.key: s for s in commitments.standings(tx, [one.commitment for one in unannounced])}
    senders = submissions.senders(tx, [one.id for one in unannounced])
    for platform, chat_id, reviewer in chats.with_cards(tx):
        person = Person.parse(reviewer)
        held = authority.scopes(tx, policy, person)
        theirs = [
            one
            for one in unannounced
            if any(scope.covers(standings[one.commitment]) for scope in held)
            and reviewer not in senders.get(one.id, ())
        ]
        if theirs:
            count += _bring(tx, Place(platform, chat_id, ""), theirs, policy, at, f"{platform}:{chat_id}")
    return count


def take_from(tx: Transaction, person: Person, policy: Policy, at: datetime) -> None:
    """Let others have what somebody looks at that they may not settle by now, and bring such cards to them no more."""
    held = authority.scopes(tx, policy, person)
    looked_at = stored_queue.taken_by(tx, str(person))
    about = {s.key: s for s in commitments.standings(tx, [commitment for _, commitment in looked_at])}
    for proposal, commitment in looked_at:
        if not any(scope.covers(about[commitment]) for scope in held):
            stored_queue.let_go(tx, proposal, str(person))
            copies.update(tx, proposal, at, f"let_go:{at.isoformat()}")
    _stop_bringing(tx, person, held)


def _stop_bringing(tx: Transaction, person: Person, held: Sequence[Reviewer]) -> None:
    """Bring no cards any more to somebody's private chat that they may not settle by now; none at all where that is all."""
    for platform, chat_id, reviewer in chats.with_cards(tx):
        if reviewer != str(person):
            continue
        owed = outbox.cards_owed(tx, Place(platform, chat_id, ""))
        about = {s.key: s for s in commitments.standings(tx, [commitment for _, commitment in owed])}
        over = [id_ for id_, commitment in owed if not any(scope.covers(about[commitment]) for scope in held)]
        outbox.drop(tx, over)
        if not held:
            chats.send_cards(tx, platform, chat_id, None)
            outbox.take_back(tx, f"{_MORE}{platform}:{chat_id}|")


def _bring(tx: Transaction, place: Place, waiting: Sequence[Proposal], policy: Policy, at: datetime, name: str) -> int:
    at_once = chats.chose(tx, place, "cards_at_once")
    due_at = at if at_once else policy.awake(at)
    room = max(CARDS_AT_ONCE - outbox.count_cards(tx, place), 0)  # what gathers in a night comes at once, too
    count = 0
    for proposal in waiting[:room]:
        key = f"card:{proposal.id}:{proposal.version}:{name}"
        count += outbox.send(tx, key, place, due_at, wakes=at_once, proposal=proposal.id)
    if len(waiting) > room:
        said = outbox.take_back(tx, f"{_MORE}{name}|")
        left = len(waiting) - room + sum(int(key.rsplit("|", 1)[1]) for key in said)
        last = waiting[room - 1].id if room else 0
        for _, body in voices.worded(tx, [place], policy, lambda: _more(left, last)):
            key = f"{_MORE}{name}|{at.isoformat()}|{left}"
            count += outbox.send(tx, key, place, due_at, wakes=at_once, body=body) - len(said)
    return count


def _more(left: int, last: int) -> Message:
    """How many cards were not sent, and where they are: behind the `last` that was, if any."""
    return Message(
        title=say_n("這次另有 {n} 件新的待複核", left),
        sections=(Section(text=say("輸入「複核」逐件看，最存疑的先。")),),
        buttons=((Button(label=say("▶ 看下一件"), action=f"next:{last}:0"),),),
    )


def pull(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「複核 法務部 早於答復 最舊」: the first card of a queue that this person may decide and nobody else looks at."""
    state.hold_still(tx)
    held = authority.scopes(tx, policy, ask.person)
    if not held:
        return private(say(authority.HOW_TO_BECOME, person=ask.person))
    text = ask.text.strip()
    if text.casefold() in _CARDS_AT_ONCE:
        return _choose_pace(ask, tx, at_once=_CARDS_AT_ONCE[text.casefold()])
    if text.casefold() in _CARDS_HERE:
        return _choose_chat(ask, tx, wanted=_CARDS_HERE[text.casefold()])
    if numbered := _CASE.fullmatch(text):
        return card(tx, int(numbered["number"]), policy, ask.at)
    return _next(tx, _understand(tx, text), ask.person, held, policy, ask.at, after=0)


def skip(tap: Tap, tx: Transaction, policy: Policy, proposal: int, number: int) -> Message:
    """The next card of the queue, leaving this one for another time."""
    state.hold_still(tx)
    held = authority.scopes(tx, policy, tap.person)
    if not held:
        return private(say(authority.HOW_TO_BECOME, person=tap.person))
    if stored_queue.let_go(tx, proposal, str(tap.person)):
        copies.update(tx, proposal, tap.at, f"let_go:{tap.at.isoformat()}")
    return _next(tx, Queue.of_number(tx, number), tap.person, held, policy, tap.at, after=proposal)


def _understand(tx: Transaction, text: str) -> Queue:
    """A queue as people type it: words for the order and the origin, the rest is a question."""
    order = DOUBTFUL
    origin: Origin | None = None
    rest = ""
    for sign, word in re.findall(r"([\s,、，]*)([^\s,、，]+)", text):
        if word.casefold() in _ORDER_WORDS:
            order = _ORDER_WORDS[word.casefold()]
        elif word.casefold() in _ORIGIN_WORDS:
            origin = _ORIGIN_WORDS[word.casefold()]
        else:
            rest += sign + word  # 教育部、法務部 is a list, whatever stood between others
    return Queue(query=found.understand(tx, rest.lstrip(" ,、，")), order=order, origin=origin)


def _choose_pace(ask: Ask, tx: Transaction, *, at_once: bool) -> Message:
    chats.choose(tx, ask.chat.room, cards_at_once=at_once)
    told = say("待複核的卡片夜間也送到這裡。") if at_once else say("待複核的卡片在夜間先留著，早上再送到這裡。")
    return Message(title=told)


def _choose_chat(ask: Ask, tx: Transaction, *, wanted: bool) -> Message:
    if not ask.chat.is_private or ask.chat.platform == "terminal":
        return private(say("請私訊我「複核 通知」：新的待複核卡片會送到那裡。群組的卡片由管理員以 REVIEW_CHATS 設定。"))
    chats.send_cards(tx, ask.chat.platform, ask.chat.id, str(ask.person) if wanted else None)
    told = say("你的範圍有新的待複核判定時，卡片會送到這裡。「複核 不通知」可以停掉。")
    return Message(title=told if wanted else say("新的待複核卡片不再送到這裡。輸入「複核」隨時可以看。"))


def _next(
    tx: Transaction,
    queue: Queue,
    person: Person,
    held: Sequence[Reviewer],
    policy: Policy,
    at: datetime,
    *,
    after: int,
) -> Message:
    """The first card behind `after` that nobody else looks at; `held` says what the person may settle."""
    if queue.order == RANDOM:
        _check_random(tx, queue, person, policy)
    scopes = [authority.question_of(scope) for scope in held]
    theirs = conditions.condition_of_any(tx, scopes, at.date())
    asked = conditions.condition(tx, queue.query, at.date())
    origin = "verdict" if queue.order == RANDOM else queue.origin
    in_order = partial(stored_queue.in_order, tx, reviewer=str(person), origin=origin, order=queue.order)
    waiting = in_order((asked, theirs), after=after)
    number = queue.number(tx)
    people.public_name(tx, person.platform, person.id)  # given before a row is held, as a decision does
    for one in waiting:
        # what was free when it was read may just have been taken by another process
        if one.is_free_for(str(person), at) and stored_queue.take(tx, one.id, str(person), at, at + TAKEN_FOR, number):
            among = (conditions.undecided(tx, queue.query, at.date()), theirs)
            return _show(tx, one.id, queue, among, policy, at)
    if waiting and after and any(one.is_free_for(str(person), at) for one in in_order((asked, theirs))):
        if all(one.is_own for one in waiting):
            return Message(title=say("後面剩下的是你自己送的，要由別的複核人決定。輸入「複核」從頭看起。"))
        return Message(title=say("後面的都有人處理中。輸入「複核」從頭看起。"))
    elsewhere = [] if waiting or after else in_order((asked,))
    return Message(title=_nothing(queue, waiting, elsewhere=len(elsewhere), passed=after > 0))


def _show(
    tx: Transaction, proposal_id: int, queue: Queue, among: Sequence[Condition], policy: Policy, at: datetime
) -> Message:
    """A card that somebody took: it shows as taken everywhere for a while."""
    copies.update(tx, proposal_id, at, f"taken:{at.isoformat()}", again_at=at + TAKEN_FOR)
    if queue.order == RANDOM:
        stored_queue.draw(tx, stored_queue.up_to(tx, proposal_id), at)
        settled, drawn = stored_queue.progress(tx, "verdict", (), drawn=True)  # removed ones stay in the sample
        return card(
            tx,
            proposal_id,
            policy,
            at,
            say("隨機抽樣：抽出 {drawn} 件，已複核 {settled} 件", drawn=drawn, settled=settled),
        )
    proposal, standing = load(tx, proposal_id)
    settled, whole = stored_queue.progress(tx, proposal.origin, among)
    about = "" if queue.query == Query() else short(queue.query)
    what = " ".join(filter(None, (about, say(_ORIGIN_NAMES[proposal.origin])))) or say("你的範圍")
    return compose(
        tx,
        proposal,
        standing,
        policy,
        at,
        say("{what} {settled}/{whole} 已複核", what=what, settled=settled, whole=whole),
    )


def _check_random(tx: Transaction, queue: Queue, person: Person, policy: Policy) -> None:
    """A sample of what one asked for, or may see, would be no sample of the AI's verdicts."""
    if queue.query != Query() or queue.origin not in (None, "verdict"):
        raise RefusedError(say("隨機抽樣不能再加條件，加了就不是全部判定的樣本。請只輸入「複核 隨機」。"))
    if not authority.reviews_everything(tx, policy, person):
        raise RefusedError(say("你的複核範圍有限，抽不到全部的判定；隨機抽樣由不限範圍的複核人來做。"))


def _nothing(queue: Queue, waiting: Sequence[Queued], *, elsewhere: int, passed: bool) -> str:
    """Why no card is shown: what waits is in others' hands or the reviewer's own, lies `elsewhere`, out of scope, or was `passed`."""
    of = [short(queue.query)] if queue.query != Query() else []
    of += [say(_ORIGINS_ALONE[queue.origin])] if queue.origin else []
    about = say("「{short}」", short=" ".join(of)) if of else ""
    own = sum(one.is_own for one in waiting)
    if busy := len(waiting) - own:
        return say(
            "{about}剩下的 {busy} 件都有人處理中，過 {minutes} 分鐘再看。",
            about=about,
            busy=busy,
            minutes=int(TAKEN_FOR.total_seconds() // 60),
        )
    if own:
        return say_n("{about}剩下的 {n} 件是你自己送的，要由別的複核人決定。", own, about=about)
    if passed:
        return say("{about}後面沒有待複核的了。輸入「複核」從頭看起。", about=about)
    if elsewhere:
        return say_n("{about}你的複核範圍裡沒有待複核的；範圍之外有 {n} 件。", elsewhere, about=about)
    return say("{about}沒有待複核的。", about=about)
