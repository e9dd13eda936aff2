"""Watching a question: say what was understood, save at the button, list, end."""

from __future__ import annotations

from handlers import found
from handlers.message import Ask, Button, Message, Section, Tap, private
from handlers.policy import Policy, directory
from handlers.wording import short, understood
from records.query import Query, QuestionError
from store import commitments, watches
from store.engine import Transaction

HOW_TO = "要訂閱什麼？例如：訂閱 法務部、訂閱 衛福部 逾期、訂閱 影像下架"
WHEN = "期限明確的承諾到期未見完成，當下通知；其餘彙整在每日早上的一則訊息。"
WHEN_ONE = "這筆承諾有消息時當下通知（夜間延到早上）。"


def offer(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「訂閱 法務部」: what was understood, to be saved at the button."""
    if not ask.text.strip():
        raise QuestionError(HOW_TO)
    query = found.understand(tx, ask.text)
    question = watches.question_id(tx, str(query))
    count = commitments.count(tx, query, ask.at.date(), directory()).total
    return Message(
        title=f"訂閱：{understood(query)}",
        sections=(Section(text=f"{_matching(count)}\n{_when(query)}"),),
        buttons=((Button(label="🔔 訂閱", action=f"watch:{question}:0"),),),
    )


def save(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """The 訂閱 button: from now on this chat hears of the question's news."""
    text = watches.question(tx, question)
    if text is None:
        return private("這個查詢已經找不到了，請重新輸入。")
    query = found.read_back(tx, text)
    chat = tap.chat
    new = watches.add(
        tx,
        chat.platform,
        chat.id,
        chat.thread,
        question,
        one_record=bool(query.ids),
        by=str(tap.person),
        at=tap.at,
    )
    watch = watches.find(tx, chat.platform, chat.id, chat.thread, question)
    return Message(
        title=f"{'已訂閱' if new else '這裡已經訂閱'}：{_name(tx, query, tap)}",
        sections=(Section(text=_when(query)),),
        buttons=(
            (
                Button(label="取消訂閱", action=f"unwatch:{watch}:0"),
                Button(label="訂閱清單", action="watches:0:0"),
            ),
        ),
    )


def end(tap: Tap, tx: Transaction, _: Policy, watch: int, _version: int) -> Message:
    """The 取消訂閱 button."""
    dropped = watches.drop(tx, watch, tap.chat.platform, tap.chat.id, tap.chat.thread)
    if dropped is None:
        return private("這裡已經沒有這個訂閱。")
    query = found.read_back(tx, dropped.query)
    return Message(
        title=f"已取消訂閱：{_name(tx, query, tap)}",
        buttons=((Button(label="🔔 重新訂閱", action=f"watch:{dropped.question}:0"),),),
    )


def end_by_words(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「取消訂閱 法務部」: end the watch of that question; without one, show the list to choose from."""
    if not ask.text.strip():
        return _listing(ask, tx)
    question = watches.question_id(tx, str(found.understand(tx, ask.text)))
    watch = watches.find(tx, ask.chat.platform, ask.chat.id, ask.chat.thread, question)
    if watch is None:
        return _listing(ask, tx)
    tap = Tap(at=ask.at, chat=ask.chat, person=ask.person, action="")
    return end(tap, tx, policy, watch, 0)


def listing(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「訂閱清單」: what this chat watches, each with a button that ends it."""
    return _listing(ask, tx)


def listing_by_tap(tap: Tap, tx: Transaction, _: Policy, _id: int, _version: int) -> Message:
    """The 訂閱清單 button."""
    return _listing(tap, tx)


def _listing(event: Ask | Tap, tx: Transaction) -> Message:
    held = watches.of_chat(tx, event.chat.platform, event.chat.id, event.chat.thread)
    if not held:
        return Message(title="這裡沒有訂閱。", sections=(Section(text=HOW_TO),))
    names = [_name(tx, found.read_back(tx, watch.query), event) for watch in held]
    shown = list(zip(held, names, strict=True))[:20]
    lines = [f"{number} {name}" for number, (_, name) in enumerate(shown, 1)]
    if len(held) > len(shown):
        lines.append(f"另有 {len(held) - len(shown)} 個訂閱")
    return Message(
        title=f"訂閱清單（{len(held)}）",
        sections=(Section(text="\n".join(lines)),),
        buttons=tuple(
            (Button(label=f"取消訂閱 {number} {name[:20]}", action=f"unwatch:{watch.id}:0"),)
            for number, (watch, name) in enumerate(shown, 1)
        ),
    )


def _name(tx: Transaction, query: Query, event: Ask | Tap) -> str:
    """A watch's name: the title where it watches one commitment."""
    if query.ids:
        found_one = commitments.matching(tx, query, event.at.date(), directory(), limit=1)
        if found_one:
            return found_one[0].title
    return short(query)


def _matching(count: int) -> str:
    return f"目前相符 {count} 件。" if count else "⚠️ 目前沒有相符的承諾，訂閱後可能一直沒有通知。試著少用一個條件。"


def _when(query: Query) -> str:
    return WHEN_ONE if query.ids else WHEN
